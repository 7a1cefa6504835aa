import type { Step } from "../../lesson/index.ts";
import type { CheckOutcome } from "../../run/index.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { onlyAssigns } from "../own-shell/only-assigns.ts";
import { perform } from "./acts.ts";
import type { ChoiceName } from "./choices.ts";
import { choiceOrNews, turnHand } from "./class-side.ts";
import { reasonsIn } from "./client-noise.ts";
import { follow } from "./follow.ts";
import type { Chosen } from "./input.ts";
import { advance } from "./moves.ts";
import type { GuideEnd, Scene } from "./scene.ts";
import { commandsOf } from "./typing.ts";

/** How the watching of one step ended: it passed, the learner wants their choices back, or the lesson ended. */
type Watched = "passed" | "left" | GuideEnd;

/**
 * The learner works in a shell of their own; here a step turns green by its checks, and the next one is shown. Goes on
 * until a key is pressed, or the lesson ends.
 */
export async function watch(scene: Scene): Promise<GuideEnd | undefined> {
  tellHow(scene);
  for (;;) {
    const { walk, ports } = scene;
    const watched = walk.isGreen(walk.step) ? "passed" : await watchStep(scene);
    if (ports.signal.aborted) return "interrupted";
    if (watched === "left") {
      ports.view.sentence("No longer watching; `w` watches again.");
      return undefined;
    }
    if (watched !== "passed") return watched;
    const { index } = walk;
    const end = await advance(scene);
    if (end !== undefined) return end;
    if (walk.index === index && !(await waitAtGate(scene))) return undefined;
  }
}

/** The class waits before the next step: until it is open, or the learner goes on all the same. False: back to the choices. */
async function waitAtGate(scene: Scene): Promise<boolean> {
  const { walk, ports } = scene;
  const { view, input, news } = ports;
  const next = `${walk.lesson.id}#${walk.steps[walk.index + 1]?.id}`;
  const open: readonly ChoiceName[] = ["next", "hand", "watch", "quit"];
  const names = input.keys
    ? ["n next", `! ${news?.handUp === true ? "lower" : "raise"} hand`, "w back", "q quit"]
    : ["next", "hand", "back", "quit"];
  while (news?.isGated(next) === true) {
    view.choices(names, input.keys ? "   " : ", ");
    ports.idle();
    const choice = await choiceOrNews(scene, open);
    view.endAsk();
    if (choice === "next") return true;
    if (choice === "hand") turnHand(scene);
    else if (choice !== undefined) return false;
    await ports.tellNews(walk);
  }
  return true;
}

function tellHow({ ports: { view, ownShell } }: Scene): void {
  view.sentence(
    "Work in another terminal. There, paste the first line for a shell of ours, or the second for your own:",
  );
  view.line();
  view.source(ownShell.shell);
  view.source(ownShell.env);
  view.line();
  view.sentence(
    "Here a step turns green when its checks hold, and the next one is shown; of a step without checks you say that it is done. `w` leads back to the choices, `q` quits.",
  );
}

async function watchStep(scene: Scene): Promise<Watched> {
  const { walk, ports } = scene;
  const { step } = walk;
  const out = await scene.run.leftOut(step, ports.stepSignal());
  if (out !== undefined) {
    scene.run.skipStep(step, out);
    walk.pass(step);
    return "passed";
  }
  const commands = commandsOf(step);
  if (step.commands.length > 0 && commands.every(({ source }) => onlyAssigns(source))) {
    ports.view.sentence(
      commands.length > 0
        ? "This step only sets variables: it runs here, and your shell has them from its next prompt on."
        : "This step only writes files: that is done here.",
    );
    return afterwards(scene, step, await perform(scene, "commands"));
  }
  if (!(await writeFiles(scene, step))) return "left";
  return step.checks.length > 0 ? pollStep(scene, step) : confirmStep(scene, step);
}

function afterwards({ walk }: Scene, step: Step, end: GuideEnd | undefined): Watched {
  return end ?? (walk.isGreen(step) ? "passed" : "left");
}

/** What the step's commands need: written by us, and said. */
async function writeFiles({ run, ports }: Scene, step: Step): Promise<boolean> {
  if (step.commands.every(({ file }) => file === undefined)) return true;
  ports.view.sentence("The files of this step are written for you.", "  ");
  const verdict = await run.writeFiles(step, ports.stepSignal());
  await ports.settle();
  if (verdict.kind !== "pass") ports.view.verdict(verdict);
  return verdict.kind === "pass";
}

/** No check can tell: the learner does. */
async function confirmStep(scene: Scene, step: Step): Promise<Watched> {
  const { input, view, idle } = scene.ports;
  view.line();
  const names = input.keys ? ["Enter done", "w back", "q quit"] : ["done", "back", "quit"];
  view.choices(names, input.keys ? "   " : ", ");
  idle();
  const open: readonly ChoiceName[] = ["done", "watch", ...classChoices(scene), "quit"];
  const chosen = await choiceOrNews(scene, open);
  view.endAsk();
  if (chosen === undefined) await scene.ports.tellNews(scene.walk);
  if (chosen === "hand") turnHand(scene);
  if (chosen === undefined || chosen === "hand") return confirmStep(scene, step);
  if (chosen === "follow") return (await follow(scene)) ?? "left";
  if (chosen === "quit") return "quit";
  if (chosen !== "done") return "left";
  await scene.ports.refresh();
  return afterwards(scene, step, await perform(scene, "confirmed"));
}

/** Look at the checks, again and again, telling what has changed, until they hold or a key is pressed. */
async function pollStep(scene: Scene, step: Step): Promise<Watched> {
  const { run, ports } = scene;
  const { view, input } = ports;
  const over = new AbortController();
  const signal = AbortSignal.any([ports.stepSignal(), ports.signal]);
  let chosen: Chosen | undefined;
  const answered = new AbortController();
  const listen = async (): Promise<void> => {
    const one = await input.nextUntil(["watch", ...classChoices(scene), "quit"], over.signal);
    if (one === "hand") {
      view.endAsk();
      turnHand(scene);
      return listen();
    }
    chosen = one;
    answered.abort();
  };
  const told = new Map<string, string>();
  const pauseMs = Math.min(...step.checks.map(({ everyMs }) => everyMs));
  let holds = false;
  view.line("  watching");
  const answer = listen();
  // Nothing else is written while checks are looked at, so what the class says can be shown at once.
  const unwatch = ports.news?.whenThereIs(`${scene.walk.lesson.id}#${step.id}`, () => void ports.tellNews(scene.walk));
  while (!holds && !answered.signal.aborted && !signal.aborted) {
    if (!run.session.alive) await ports.settle();
    await ports.refresh();
    const either = AbortSignal.any([signal, answered.signal]);
    const outcomes = await hushed(scene, () =>
      run.runChecks(step, step.checks, { once: true, all: true, signal: either }),
    );
    if (either.aborted) break;
    tellChanges(scene, outcomes, told);
    holds = outcomes.every(({ verdict }) => verdict.kind === "pass" || verdict.kind === "skipped");
    if (!holds) await SYSTEM_CLOCK.sleep(pauseMs, either);
  }
  unwatch?.();
  over.abort();
  await answer;
  view.endAsk();
  if (chosen === "quit") return "quit";
  if (chosen === "follow") return (await follow(scene)) ?? "left";
  if (!holds || chosen !== undefined) return "left";
  return afterwards(scene, step, await hushed(scene, () => perform(scene, "checks")));
}

/** What the class can be asked from here; none without one. */
function classChoices({ ports: { news } }: Scene): readonly ChoiceName[] {
  return news?.isOn === true ? ["hand", "follow"] : [];
}

async function hushed<T>({ ports: { view, looking } }: Scene, work: () => Promise<T>): Promise<T> {
  view.hush(true);
  looking(true);
  try {
    return await work();
  } finally {
    looking(false);
    view.hush(false);
  }
}

/** One line for each check that is not as it was told the last time; an age alone is no news. */
function tellChanges({ ports: { view } }: Scene, outcomes: readonly CheckOutcome[], told: Map<string, string>): void {
  for (const outcome of outcomes) {
    const { id } = outcome.check;
    const { mark, text, whys = [] } = describe(outcome);
    const news = [mark, text, ...whys].join("\n").replaceAll(/\b\d+(?:\.\d+)?(?:ms|[smhd])\b/g, "");
    if (told.get(id) === news) continue;
    told.set(id, news);
    view.item(mark, text);
    for (const why of whys) view.sentence(why, "      ");
  }
}

/** A check as it is now: its mark, its sentence, and why it does not hold, a line for each reason. */
interface Described {
  readonly mark: string;
  readonly text: string;
  readonly whys?: readonly string[];
}

function describe({ check: { title }, verdict }: CheckOutcome): Described {
  switch (verdict.kind) {
    case "pass":
      return { mark: "[x]", text: title };
    case "skipped":
      return { mark: "[-]", text: `${title}: ${verdict.reason}` };
    case "broken":
      return { mark: "[ ]", text: `${title} (this check cannot be judged: ${verdict.reason})` };
    case "interrupted":
      return { mark: "[ ]", text: title };
    case "wrong": {
      const { status } = verdict.found;
      const whys = reasonsIn(verdict.whys);
      const why = status === 0 ? "its output is not as expected" : `its command ended with status ${status ?? "?"}`;
      return { mark: "[ ]", text: title, whys: whys.length > 0 ? whys : [why] };
    }
  }
}
