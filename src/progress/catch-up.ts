import type { Lesson, Step } from "../lesson/index.ts";
import { CHECKPOINT_STEP, stepsOf } from "../run/index.ts";
import { type LessonProgress, resumePoint } from "./progress.ts";

/** What looking at a lesson's checkpoint came to, just now. */
export interface Proof {
  readonly holds: boolean;
  /** The first check that does not hold, in its own words. */
  readonly failing?: string | undefined;
}

/** What a lesson builds on, and what of that has to run before it makes sense. */
export interface CatchUpPlan {
  /** The lesson that is to be taken. */
  readonly lesson: string;
  /** What it builds on, in the order in which it is taken. */
  readonly required: readonly CatchUpLesson[];
  /** How many of those have to run. */
  readonly missing: number;
  readonly expected: Expected;
}

export interface CatchUpLesson {
  readonly lesson: string;
  readonly title: string;
  /** `gone`: it was completed here, and what it made is not there any more. */
  readonly state: "holds" | "not begun" | "begun" | "gone";
  /** The first check of its checkpoint that does not hold. */
  readonly failing: string | undefined;
  /** Ids of the steps that run, in order; none where the checkpoint holds. */
  readonly steps: readonly string[];
  /** How many steps the lesson has, its checkpoint too. */
  readonly of: number;
  readonly expected: Expected;
}

/**
 * How long something takes: `measured` when it ran last, `estimated` from what its author wrote in `minutes`, `mixed`
 * where it is the one for some steps and the other for the rest, `unknown` where a part of it was neither measured nor
 * written down.
 */
export interface Expected {
  readonly ms: number;
  readonly basis: "measured" | "estimated" | "mixed" | "unknown";
}

const NO_TIME: Expected = { ms: 0, basis: "measured" };

/**
 * The plan of a catch-up. `required` are the lessons that a lesson builds on, in order, each with its proof. A lesson
 * whose checkpoint holds is left alone, whoever made that so; one that was left half-way goes on where it was left; one
 * that was completed and does not hold any more runs from its first step.
 */
export function planCatchUp(
  lesson: string,
  required: readonly { readonly lesson: Lesson; readonly progress: LessonProgress; readonly proof: Proof }[],
): CatchUpPlan {
  const lessons = required.map(({ lesson: one, progress, proof }) => planLesson(one, progress, proof));
  const missing = lessons.filter(({ state }) => state !== "holds");
  return {
    lesson,
    required: lessons,
    missing: missing.length,
    expected: sum(missing.map(({ expected }) => expected)),
  };
}

/**
 * Whether a lesson whose checkpoint does not hold has nothing left to go on with, and so begins anew: it was completed, or
 * its steps were all done and only that checkpoint is left, which would fail again.
 */
export function isGone(progress: LessonProgress): boolean {
  if (wasCompleted(progress)) return true;
  const point = resumePoint(progress);
  return point !== "complete" && progress.steps[point.stepIndex]?.id === CHECKPOINT_STEP;
}

function wasCompleted(progress: LessonProgress): boolean {
  return progress.finished || resumePoint(progress) === "complete";
}

function planLesson(lesson: Lesson, progress: LessonProgress, { holds, failing }: Proof): CatchUpLesson {
  const all = stepsOf(lesson);
  const about = { lesson: lesson.id, title: lesson.title, failing, of: all.length };
  if (holds) return { ...about, state: "holds", steps: [], expected: NO_TIME };
  const point = resumePoint(progress);
  const gone = isGone(progress);
  const from = gone || point === "complete" ? 0 : point.stepIndex;
  const isLeft = ({ id }: Step, index: number): boolean =>
    gone || id === progress.inFlight || progress.steps[index]?.settled !== true;
  const steps = all
    .filter((step, index) => index >= from && step.manual === undefined && isLeft(step, index))
    .map(({ id }) => id);
  const isBegun = progress.inFlight !== undefined || progress.steps.some(({ settled }) => settled);
  const state = wasCompleted(progress) ? "gone" : isBegun ? "begun" : "not begun";
  return { ...about, state, steps, expected: expectedOf(lesson, progress, steps) };
}

/** Steps that ran before take as long again; the others have their part of the minutes that the author gives the lesson. */
function expectedOf(lesson: Lesson, progress: LessonProgress, steps: readonly string[]): Expected {
  const measured = new Map(progress.steps.map(({ id, durationMs }) => [id, durationMs]));
  const known = steps.flatMap((id) => measured.get(id) ?? []);
  const unknown = steps.length - known.length;
  const ms = known.reduce((total, one) => total + one, 0);
  if (unknown === 0) return { ms, basis: "measured" };
  if (lesson.front.minutes === undefined) return { ms, basis: "unknown" };
  const guessed = (lesson.front.minutes * 60_000 * unknown) / progress.steps.length;
  return { ms: Math.round(ms + guessed), basis: known.length === 0 ? "estimated" : "mixed" };
}

function sum(parts: readonly Expected[]): Expected {
  const bases = new Set(parts.map(({ basis }) => basis));
  const [only = "measured"] = bases;
  const basis = bases.has("unknown") ? "unknown" : bases.size > 1 ? "mixed" : only;
  return { ms: parts.reduce((total, { ms }) => total + ms, 0), basis };
}
