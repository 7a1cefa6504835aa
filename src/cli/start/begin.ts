import type { Step } from "../../lesson/index.ts";
import { type LessonProgress, resumePoint } from "../../progress/index.ts";
import { CHECKPOINT_STEP, type LessonRun, stepsOf } from "../../run/index.ts";
import { nameList } from "./name-list.ts";
import { doneBefore, progressNow, type Taking } from "./taking.ts";

/** Where in a lesson to go on. */
export interface Begin {
  readonly index: number;
  /** It was running when an earlier `start` ended. */
  readonly inFlight: boolean;
  /** What comes after it was done before, and some of that may still be true. */
  readonly wentBack?: boolean;
}

/** The step that was named, else the first one without a pass, by the record alone. */
export function whereToBegin(taking: Taking): Begin {
  const { lesson, step, view } = taking;
  const steps = stepsOf(lesson);
  if (step !== undefined) return { index: steps.findIndex((one) => one.id === step), inFlight: false };
  const progress = progressNow(taking);
  sayEdited(progress, taking);
  const point = resumePoint(progress);
  if (point === "complete") {
    view.sentence(`You completed ${lesson.id} before; its checkpoint is looked at again.`);
    const checkpoint = steps.findIndex((one) => one.id === CHECKPOINT_STEP);
    return { index: checkpoint === -1 ? 0 : checkpoint, inFlight: false };
  }
  if (point.stepIndex > 0)
    view.sentence(`Going on where you left off, at step ${point.stepIndex + 1} of ${steps.length}.`);
  return { index: point.stepIndex, inFlight: point.inFlight };
}

function sayEdited({ steps }: LessonProgress, { view }: Taking): void {
  const edited = steps.filter((one) => one.edited).map(({ id }) => id);
  if (edited.length === 0) return;
  const again = edited.length === 1 ? "it is offered again" : "they are offered again";
  view.sentence(`Changed since you passed: ${nameList(edited)}; ${again}.`);
}

/** Something that was done and does not hold any more. */
export interface Lost {
  readonly index: number;
  readonly step: Step;
  /** The sentence of its check. */
  readonly check: string;
}

/**
 * Does what was done before this place still hold? The checks of the latest passed step are asked once. Where they do
 * not hold, so are those of the passed steps from the first one on: what a later step replaced on purpose is no loss
 * while the latest holds. Undefined: all is well, as far as anything can tell.
 */
export async function findLost(
  run: LessonRun,
  taking: Taking,
  { index }: Begin,
  signal: AbortSignal,
): Promise<Lost | undefined> {
  const steps = stepsOf(taking.lesson);
  const passed = doneBefore(taking, index)
    .filter(({ checks }) => checks.length > 0)
    .map((step) => ({ step, index: steps.indexOf(step) }));
  const latest = passed.at(-1);
  if (latest === undefined || (await firstFailing(run, latest.step, signal)) === undefined) return undefined;
  for (const { step, index: at } of passed) {
    const check = await firstFailing(run, step, signal);
    if (check !== undefined) return { index: at, step, check };
  }
  return undefined;
}

/** The sentence of the first check that does not hold now, each tried once. An interrupted look says nothing. */
async function firstFailing(run: LessonRun, step: Step, signal: AbortSignal): Promise<string | undefined> {
  const outcomes = await run.runChecks(step, step.checks, { once: true, signal });
  return outcomes.find(({ verdict }) => verdict.kind === "wrong" || verdict.kind === "broken")?.check.title;
}
