import type { Step } from "../../lesson/index.ts";
import { CHECKPOINT_STEP, type LessonRun, type StepOptions, stepsOf, tallyOf } from "../../run/index.ts";
import { EXIT } from "../errors.ts";
import type { Begin } from "./begin.ts";
import type { Interrupts } from "./interrupts.ts";
import { sayCompleted, sayHowToComeBack } from "./say-end.ts";
import type { Settling } from "./settling.ts";
import { showStep } from "./show-step.ts";
import { progressNow, type Taking } from "./taking.ts";
import { tellNews } from "./tell-news.ts";

/**
 * Every step from a place on, without a question; stops at the first that does not pass. What passed before and still
 * counts is not run again, unless a step was named: from that one on all are.
 */
export async function runThrough(
  taking: Taking,
  run: LessonRun,
  at: Begin,
  settle: Settling,
  stop: Interrupts,
): Promise<number> {
  const { lesson, view, target, catchUpFor } = taking;
  const steps = stepsOf(lesson);
  view.showCommands(true);
  if (at.index === 0 && catchUpFor === undefined) view.prose(lesson.opening);
  const skipsTrue = catchUpFor !== undefined || at.wentBack === true;
  const left = steps.filter((step, index) => index >= at.index && isLeft(taking, step));
  for (const step of left) {
    const index = steps.indexOf(step);
    await tellNews(taking.news && { news: taking.news, view, now: Date.now, keys: undefined }, undefined);
    if (catchUpFor === undefined)
      showStep(view, lesson, step, { number: index + 1, of: steps.length, target: target.label });
    else view.stepHead(lesson, step, { number: index + 1, of: steps.length, target: target.label });
    const signal = stop.nextStep();
    await settle.refresh();
    const wasInFlight = index === at.index && at.inFlight;
    const verdict = await runOne(run, step, { wasInFlight, skipsTrue, signal });
    if (!stop.all.aborted && verdict?.kind !== "interrupted") await settle.settle();
    const tally = verdict === undefined ? "skipped" : tallyOf(verdict);
    if (tally === "passed" || tally === "skipped") {
      if (step.tail !== "" && catchUpFor === undefined) {
        view.line();
        view.prose(step.tail);
      }
      continue;
    }
    if (step.hints.length > 0) {
      view.line();
      view.line(`There is a hint: \`learn-istio hint ${lesson.id}\``);
    }
    sayHowToComeBack(taking);
    return tally === "interrupted" ? EXIT.interrupted : EXIT.failed;
  }
  view.line();
  if (catchUpFor === undefined) view.prose(lesson.closing);
  sayCompleted(taking);
  return EXIT.ok;
}

function isLeft(taking: Taking, { id }: Step): boolean {
  if (taking.step !== undefined || id === CHECKPOINT_STEP) return true;
  const progress = progressNow(taking);
  return progress.inFlight === id || progress.steps.find((one) => one.id === id)?.settled !== true;
}

/** How one step is run where nobody chooses. */
export interface One {
  readonly wasInFlight: boolean;
  /** What holds already is not done again. */
  readonly skipsTrue: boolean;
  readonly signal: AbortSignal;
}

/** Undefined: the step was left out, which is said and recorded. */
export async function runOne(run: LessonRun, step: Step, { wasInFlight, skipsTrue, signal }: One) {
  const looks = wasInFlight || step.manual !== undefined;
  if (looks && (await holdsNow(run, step, signal))) return run.runStep(step, { how: "checks", signal });
  if (step.manual !== undefined) {
    run.skipStep(step, "it is done by hand, and nobody was asked");
    return undefined;
  }
  // A goal has nobody to reach it here: its solution does.
  const how = step.commands.length === 0 && step.solution !== undefined ? "solve" : "commands";
  // The checkpoint is what all of it is for: it is judged, never taken as true.
  const precheck: StepOptions["precheck"] = skipsTrue && step.id !== CHECKPOINT_STEP ? "skip" : "off";
  return run.runStep(step, { how, precheck, signal });
}

/** A step that was in flight is not run again when its checks say that it came to its end. */
async function holdsNow(run: LessonRun, step: Step, signal: AbortSignal): Promise<boolean> {
  if (step.checks.length === 0) return false;
  const outcomes = await run.runChecks(step, step.checks, { once: true, signal });
  return outcomes.length === step.checks.length && outcomes.every(({ verdict }) => verdict.kind === "pass");
}
