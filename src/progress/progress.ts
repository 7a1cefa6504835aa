import type { Lesson, Step } from "../lesson/index.ts";
import { CHECKPOINT_STEP, type StepVerdict, stepsOf, tallyOf } from "../run/index.ts";
import type { EvidenceRecord, StepEnded } from "./record.ts";

/** A learner's place in a course, derived from the evidence alone. */
export interface Progress {
  /** One for each lesson of the course, in its order. */
  readonly lessons: readonly LessonProgress[];
  /** Lessons that the evidence knows and the course does not, any more; kept, never fatal. */
  readonly unknownLessons: readonly string[];
}

export interface LessonProgress {
  readonly lesson: string;
  /** In the lesson's order, the checkpoint last. */
  readonly steps: readonly StepProgress[];
  /** When the lesson was first completed: history, never taken away. */
  readonly completedAt: number | undefined;
  /** The checkpoint held here when it was last looked at, and nothing was undone since. Whether it holds now, only running it can tell. */
  readonly inForce: boolean;
  /** When that was; undefined where it was never looked at here. */
  readonly lookedAt: number | undefined;
  /** The checkpoint, as it is written now, passed as the lesson's last step: nothing is left to do. */
  readonly finished: boolean;
  /** The step that began and did not end: the last thing that happened in this lesson. */
  readonly inFlight: string | undefined;
  /** When anything last happened in the lesson. */
  readonly lastAt: number | undefined;
  /** Ids in the evidence that the lesson has no longer. */
  readonly unknownSteps: readonly string[];
}

export interface StepProgress {
  readonly id: string;
  /** Passed at some time: history, never taken away. */
  readonly done: boolean;
  /** Passed as it is written now, or was skipped, and nothing undid it since: nothing to come back to. */
  readonly settled: boolean;
  /** Its latest pass was for other content than the lesson has now. */
  readonly edited: boolean;
  readonly lastVerdict: StepVerdict | undefined;
  readonly lastAt: number | undefined;
  /** How long it took when its commands last ran and passed, wherever that was. */
  readonly durationMs: number | undefined;
}

/** Where to go on: an index into the lesson's steps, where the checkpoint stands after the last one. */
export type ResumePoint = { readonly stepIndex: number; readonly inFlight: boolean } | "complete";

/** What the evidence says about each lesson, in the course's order; records of lessons that are gone are only named. */
export function progressOf(records: readonly EvidenceRecord[], lessons: readonly Lesson[]): Progress {
  const byLesson = new Map<string, EvidenceRecord[]>();
  for (const record of records) {
    const own = byLesson.get(record.lesson);
    if (own === undefined) byLesson.set(record.lesson, [record]);
    else own.push(record);
  }
  const known = new Set(lessons.map(({ id }) => id));
  return {
    lessons: lessons.map((lesson) => progressOfLesson(byLesson.get(lesson.id) ?? [], lesson)),
    unknownLessons: [...byLesson.keys()].filter((id) => !known.has(id)),
  };
}

/** The first step without a pass since the last reset, or the one that was in flight. */
export function resumePoint(progress: LessonProgress): ResumePoint {
  const flying = progress.steps.findIndex(({ id }) => id === progress.inFlight);
  if (flying !== -1) return { stepIndex: flying, inFlight: true };
  if (progress.finished && !progress.steps.some(({ edited }) => edited)) return "complete";
  const next = progress.steps.findIndex(({ settled }) => !settled);
  return next === -1 ? "complete" : { stepIndex: next, inFlight: false };
}

function progressOfLesson(records: readonly EvidenceRecord[], lesson: Lesson): LessonProgress {
  const steps = stepsOf(lesson);
  const here = records.filter(({ from }) => from === undefined);
  const sinceReset = here.slice(here.findLastIndex(({ type }) => type === "reset") + 1);
  const history = endsByStep(records);
  const present = endsByStep(standing(sinceReset, steps));
  const last = sinceReset.findLast(({ type }) => type !== "proof");
  const ids = new Set(steps.map(({ id }) => id));
  const seen = new Set(records.flatMap((record) => ("step" in record ? [record.step] : [])));
  const looked = lastLook(sinceReset);
  return {
    lesson: lesson.id,
    steps: steps.map((step) => progressOfStep(step, history.get(step.id) ?? [], present.get(step.id) ?? [])),
    completedAt: completedAt(records, lesson),
    inForce: looked?.holds === true,
    lookedAt: looked?.at,
    finished: isFinished(steps, present),
    inFlight: last?.type === "step-start" ? last.step : undefined,
    lastAt: records.at(-1)?.at,
    unknownSteps: [...seen].filter((id) => !ids.has(id)),
  };
}

/** What still stands of the records since the last reset: going back to a step takes it and the ones behind it away. */
function standing(records: readonly EvidenceRecord[], steps: readonly Step[]): readonly EvidenceRecord[] {
  const position = new Map(steps.map(({ id }, index) => [id, index]));
  let kept: EvidenceRecord[] = [];
  for (const record of records) {
    if (record.type === "back") {
      // A step that the lesson has no longer says nothing of where it stood: all of it is taken away.
      const to = position.get(record.step) ?? 0;
      kept = kept.filter((one) => "step" in one && (position.get(one.step) ?? to) < to);
    } else kept.push(record);
  }
  return kept;
}

/** What the checkpoint came to when it was last looked at; since it was gone back from, it does not hold. */
function lastLook(records: readonly EvidenceRecord[]): { readonly holds: boolean; readonly at: number } | undefined {
  for (const record of records.toReversed()) {
    if (record.type === "proof") return { holds: record.holds, at: record.at };
    if (record.type === "back") return { holds: false, at: record.at };
    if (record.type === "step-end" && record.step === CHECKPOINT_STEP) return { holds: isPass(record), at: record.at };
  }
  return undefined;
}

function isFinished(steps: readonly Step[], present: ReadonlyMap<string, readonly StepEnded[]>): boolean {
  const checkpoint = steps.find(({ id }) => id === CHECKPOINT_STEP);
  const last = present.get(CHECKPOINT_STEP)?.at(-1);
  return last !== undefined && isPass(last) && last.contentHash === checkpoint?.contentHash;
}

function endsByStep(records: readonly EvidenceRecord[]): ReadonlyMap<string, readonly StepEnded[]> {
  const ends = new Map<string, StepEnded[]>();
  for (const record of records) {
    if (record.type !== "step-end") continue;
    const own = ends.get(record.step);
    if (own === undefined) ends.set(record.step, [record]);
    else own.push(record);
  }
  return ends;
}

function progressOfStep(step: Step, history: readonly StepEnded[], present: readonly StepEnded[]): StepProgress {
  const lastPass = history.findLast(isPass);
  const latest = history.at(-1);
  const passedNow = present.findLast(isPass);
  const isAsPassed = passedNow?.contentHash === step.contentHash;
  return {
    id: step.id,
    done: lastPass !== undefined,
    settled: passedNow === undefined ? present.some(({ verdict }) => verdict.kind === "skipped") : isAsPassed,
    edited: lastPass !== undefined && lastPass.contentHash !== step.contentHash,
    lastVerdict: latest?.verdict,
    lastAt: latest?.at,
    durationMs: history.findLast(({ verdict }) => verdict.kind === "pass" || verdict.kind === "solved-by-us")
      ?.durationMs,
  };
}

/** A lesson is completed by its checkpoint; one without a checkpoint when each of its steps has passed. */
function completedAt(records: readonly EvidenceRecord[], lesson: Lesson): number | undefined {
  const wanted = new Set(lesson.checkpoint === undefined ? lesson.steps.map(({ id }) => id) : [CHECKPOINT_STEP]);
  if (wanted.size === 0) return undefined;
  for (const record of records.toSorted((a, b) => a.at - b.at)) {
    if (record.type !== "step-end" || !isPass(record)) continue;
    wanted.delete(record.step);
    if (wanted.size === 0) return record.at;
  }
  return undefined;
}

function isPass({ verdict }: StepEnded): boolean {
  return tallyOf(verdict) === "passed";
}
