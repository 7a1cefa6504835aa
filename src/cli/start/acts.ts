import type { Step } from "../../lesson/index.ts";
import { CHECKPOINT_STEP, type CheckOutcome, type StepVerdict, tallyOf } from "../../run/index.ts";
import { editInEditor } from "./editor.ts";
import { advance, finish } from "./moves.ts";
import type { GuideEnd, Scene } from "./scene.ts";
import { commandsOf, isIncomplete, runTyped, withCommand } from "./typing.ts";

/** Run the step, its solution, or only its checks, and judge it. `as`: the step with another command in its place. */
export async function perform(
  scene: Scene,
  how: "commands" | "solve" | "checks" | "confirmed",
  as: Step = scene.walk.step,
): Promise<GuideEnd | undefined> {
  const { walk, run, ports } = scene;
  ports.view.showCommands(how === "commands" && commandsOf(as).length > 1);
  const precheck = how === "commands" && as === walk.step && !walk.isGreen(as) ? "offer" : "off";
  const options = { how, precheck, signal: ports.stepSignal() } as const;
  const verdict = as.id === CHECKPOINT_STEP ? await run.runCheckpoint(options) : await run.runStep(as, options);
  walk.inFlight = false;
  walk.held = false;
  if (ports.signal.aborted) return "interrupted";
  await ports.settle();
  return judge(scene, as, verdict);
}

function judge(scene: Scene, step: Step, verdict: StepVerdict): GuideEnd | undefined {
  const { walk, ports } = scene;
  const tally = tallyOf(verdict);
  if (tally !== "passed" && tally !== "skipped") {
    if (step.hints.length > 0) ports.view.line("  There is a hint.");
    return undefined;
  }
  walk.pass(step);
  ports.view.prose(step.tail);
  return walk.isLast ? finish(scene) : undefined;
}

/** Whatever is typed runs; the checks judge. A step without checks expects of it what it expects of its own command. */
export async function typeCommand(scene: Scene): Promise<GuideEnd | undefined> {
  const { walk, run, ports } = scene;
  const { step } = walk;
  const source = await ask(scene, "");
  if (source === undefined) return undefined;
  if (step.checks.length === 0) return perform(scene, "commands", withCommand(step, source));
  const signal = ports.stepSignal();
  const files = await run.writeFiles(step, signal);
  if (files.kind !== "pass") {
    ports.view.verdict(files);
    return ports.signal.aborted ? "interrupted" : undefined;
  }
  const end = await runTyped(run, ports.view, step, source, signal);
  if (ports.signal.aborted) return "interrupted";
  await ports.settle();
  return end.kind === "exited" ? look(scene) : undefined;
}

/** The step's own command, changed on a line of its own or, where it has several, in the learner's editor; then run. */
export async function editCommand(scene: Scene): Promise<GuideEnd | undefined> {
  const { step } = scene.walk;
  const own = commandsOf(step)[0]?.source.trimEnd() ?? "";
  const source = own.includes("\n") ? await editInEditor(scene, own) : await ask(scene, own);
  if (source === undefined) return undefined;
  if (own.includes("\n")) scene.ports.view.source(source);
  return perform(scene, "commands", withCommand(step, source));
}

/** A command of the learner's own; undefined when they typed none. */
async function ask({ ports: { input, view } }: Scene, preset: string): Promise<string | undefined> {
  view.ask(input.keys ? "" : "$ ");
  const goesOn = (typed: string): boolean => {
    const open = isIncomplete(typed);
    if (open && !input.keys) view.ask("> ");
    return open;
  };
  const typed = await input.line({ prompt: "$ ", preset, goesOn });
  if (typed === undefined) view.endAsk();
  else view.edited();
  if (typed !== undefined && typed.trim() !== "") return typed;
  view.line("Nothing was typed, so nothing ran.");
  return undefined;
}

/** Accept what an earlier run left: by its checks where they hold, else because the learner says so. */
export async function accept(scene: Scene): Promise<GuideEnd | undefined> {
  const { walk, run } = scene;
  if (walk.held) return perform(scene, "checks");
  run.skipStep(walk.step, "you accepted what an earlier run left");
  return advance(scene);
}

/** Look once at the checks of a step with commands; when all hold, it has passed, whoever brought that about. */
export async function look(scene: Scene): Promise<GuideEnd | undefined> {
  const { walk, ports } = scene;
  const outcomes = await lookOnce(scene);
  const holds = explain(scene, outcomes) && outcomes.length === walk.step.checks.length;
  if (!holds || walk.isGreen(walk.step)) return undefined;
  ports.view.hush(true);
  try {
    return await perform(scene, "checks");
  } finally {
    ports.view.hush(false);
  }
}

function lookOnce({ walk: { step }, run, ports }: Scene): Promise<readonly CheckOutcome[]> {
  return run.runChecks(step, step.checks, { once: true, all: true, signal: ports.stepSignal() });
}

function explain({ ports: { view } }: Scene, outcomes: readonly CheckOutcome[]): boolean {
  const failing = outcomes.filter(({ verdict }) => verdict.kind === "wrong" || verdict.kind === "broken");
  for (const { check, verdict } of failing) view.checkDetail(check.title, verdict);
  return failing.length === 0 && outcomes.some(({ verdict }) => verdict.kind === "pass");
}

/** A step was running when an earlier `start` ended: what it did is looked at before anything is offered. */
export async function lookAfterInterruption(scene: Scene): Promise<void> {
  const {
    walk,
    ports: { view },
  } = scene;
  if (walk.step.checks.length === 0) {
    view.sentence(
      "This step was running when you left, and nothing can tell how far it came. Run it again, accept it as done, or reset the lesson.",
    );
    return;
  }
  view.sentence("This step was running when you left. Looking how far it came:");
  walk.held = explain(scene, await lookOnce(scene));
  view.sentence(
    walk.held
      ? "It came to its end: accept it, or run it again."
      : "It did not come to its end: run it again, accept it all the same, or reset the lesson.",
  );
}
