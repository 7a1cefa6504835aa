import { showHidden } from "../../text/index.ts";
import type { ChoiceName } from "./choices.ts";
import type { Chosen } from "./input.ts";
import type { Scene } from "./scene.ts";

/** The next choice among the open ones; undefined as soon as there is something of the class to be shown. */
export async function choiceOrNews(
  { walk, ports: { input, news } }: Scene,
  open: readonly ChoiceName[],
): Promise<Chosen | undefined> {
  if (news === undefined) return input.next(open);
  const came = new AbortController();
  const unwatch = news.whenThereIs(`${walk.lesson.id}#${walk.step.id}`, () => came.abort());
  try {
    return await input.nextUntil(open, came.signal);
  } finally {
    unwatch();
  }
}

/** Raise the hand, or lower it. */
export function turnHand({ ports: { news, view, input } }: Scene): undefined {
  if (news === undefined || !news.isOn) {
    view.line("There is no class any more.");
    return;
  }
  const isUp = news.turnHand();
  const again = input.keys ? "`!`" : "`hand`";
  if (!news.reached)
    view.sentence(`Your hand is ${isUp ? "up" : "down"}; the class is told as soon as it can be reached.`);
  else if (isUp) view.sentence(`Your hand is up: the instructor sees it. ${again} lowers it.`);
  else view.sentence("Your hand is down.");
}

/** May the learner go on to the step at this place? What holds them is said; chosen once more, they go on without the class. */
export function mayEnter({ walk, ports: { news, view } }: Scene, index: number, how: "`n`" | "the same"): boolean {
  const steps = walk.steps.slice(walk.index + 1, index + 1);
  for (const step of news === undefined ? [] : steps) {
    const gate = news?.gate(`${walk.lesson.id}#${step.id}`) ?? "open";
    if (gate === "unknown")
      view.sentence(
        `The class was to wait before \`${showHidden(step.id)}\`, and cannot be reached now: you go on without it.`,
      );
    if (gate !== "held") continue;
    view.sentence(
      `The class waits before this step: the instructor opens it. It is said here when it is open. ${how === "`n`" ? how : "The same"} again goes on without the class.`,
    );
    return false;
  }
  return true;
}
