import { stepsOf } from "../../run/index.ts";
import { showHidden } from "../../text/index.ts";
import type { Notice } from "../../workshop/index.ts";
import { clockTime } from "../class/words.ts";
import type { ClassNews, News } from "./class-news.ts";
import { hintHead } from "./hints.ts";
import type { Walk } from "./scene.ts";
import type { View } from "./view.ts";

/** Where what the class says is shown. */
export interface Desk {
  readonly news: ClassNews;
  readonly view: View;
  now(): number;
  /** Keys can be pressed, else words typed; undefined: nothing can be chosen. */
  readonly keys: boolean | undefined;
}

/** What is older than this says when it was said, in milliseconds. */
const OLD_MS = 90_000;

/** Show what the class said since the last time; `walk` is where the learner is, if at a step. Returns whether there was anything. */
export async function tellNews(desk: Desk | undefined, walk: Walk | undefined): Promise<boolean> {
  if (desk === undefined) return false;
  const all = desk.news.take();
  for (const one of all) await tellOne(desk, walk, one);
  return all.length > 0;
}

async function tellOne(desk: Desk, walk: Walk | undefined, one: News): Promise<void> {
  const { news, view } = desk;
  switch (one.kind) {
    case "notice":
      tellNotice(desk, walk, one.notice, one.at);
      return;
    case "offer":
      tellOffer(desk, walk, one.step);
      return;
    case "stands":
      if (walk !== undefined && !walk.isGreen(walk.step) && news.isGated(`${walk.lesson.id}#${walk.step.id}`))
        view.said("The class waits before this step: the instructor opens it. You can go on without the class.");
      return;
    case "open":
      view.said(`\`${showHidden(one.step)}\` is open now${choiceName(desk, ": `n` goes on", ": `next` goes on")}.`);
      return;
    case "over":
      view.said(OVER[one.over]);
      if (one.over === "closed") await news.link.end();
      return;
  }
}

const OVER = {
  closed: "The class is closed. You go on without it, and nothing more is sent.",
  unknown:
    "The class does not know you any more; you go on without it. `learn-istio class join` takes another invitation, `learn-istio class leave` forgets this one.",
};

function tellNotice({ news, view, now }: Desk, walk: Walk | undefined, notice: Notice, at: number): void {
  const when = now() - at > OLD_MS ? ` (${clockTime(at).slice(11, 16)})` : "";
  if (notice.type === "helped") {
    if (news.helped(notice.number, at)) view.said("The instructor has seen to you: your hand is down.");
    return;
  }
  if (notice.type === "announce") view.said(`Instructor${when}: ${showHidden(notice.text)}`);
  else if (notice.type === "nudge") {
    if (notice.text !== undefined) view.said(`For you, from the instructor${when}: ${showHidden(notice.text)}`);
    if (notice.hint !== undefined) tellHint({ news, view }, walk, notice.step ?? "", notice.hint);
  }
  news.link.seen(notice.number);
}

/** The hint that the instructor sends, as if the learner had asked for it. */
function tellHint(
  { news, view }: Pick<Desk, "news" | "view">,
  walk: Walk | undefined,
  name: string,
  tier: number,
): void {
  const goal = news.goalOf(name);
  const hints = (goal && stepsOf(goal.lesson)[goal.index]?.hints) ?? [];
  const hint = hints[tier - 1];
  if (goal === undefined || hint === undefined) {
    view.said(`For you, from the instructor: hint ${tier} of \`${showHidden(name)}\`, which is not in your lessons.`);
    return;
  }
  const isHere = walk?.lesson.id === goal.lesson.id && walk.step.id === goal.step;
  const where = isHere ? "" : ` (of \`${goal.name}\`)`;
  view.hint(`For you, from the instructor: ${hintHead(hint, tier, hints.length)}${where}`, hint.markdown);
  if (isHere && walk !== undefined) walk.hints = tier;
  news.link.hinted(goal.lesson.id, goal.step, tier);
}

function tellOffer(desk: Desk, walk: Walk | undefined, step: string): void {
  const { news, view } = desk;
  if (news.goalOf(step) === undefined) {
    view.said(`The class is at \`${showHidden(step)}\`, which is not in your lessons.`);
    return;
  }
  if (walk !== undefined && news.ahead(walk) === undefined) return;
  view.said(`The class is at \`${showHidden(step)}\`.${choiceName(desk, " Catch up? `f`", " Catch up? `follow`")}`);
  news.offered();
}

function choiceName({ keys }: Desk, key: string, word: string): string {
  if (keys === undefined) return "";
  return keys ? key : word;
}
