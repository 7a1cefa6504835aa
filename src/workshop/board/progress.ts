import type { ClassEvent } from "../wire.ts";

/** `lesson#step`, a step's name within a course. */
export type StepName = string;

/** How a step was left behind. */
export interface Done {
  /** `solved`: by the lesson's own solution; `skipped`: without a proof. */
  readonly how: "passed" | "true" | "solved" | "skipped";
  /** From the moment at which the learner came to the step; undefined where they were away in between. */
  readonly ms: number | undefined;
}

/** Where a learner is, as far as their events tell. A function of these alone. */
export interface Progress {
  /** The step that the learner is at. */
  readonly step: StepName | undefined;
  /** Since when, on the host's clock. */
  readonly since: number | undefined;
  /** A lesson is open: `since` counts. */
  readonly isOpen: boolean;
  readonly done: Readonly<Record<StepName, Done>>;
  /** What went wrong, by step and then by diagnosis: how often. */
  readonly failures: Readonly<Record<StepName, Readonly<Record<string, number>>>>;
  /** The last hint that was read at this step; 0 for none. */
  readonly hints: number;
  /** When a hand was raised that is still up. */
  readonly hand: number | undefined;
  readonly lastAt: number;
}

export const NO_PROGRESS: Progress = {
  step: undefined,
  since: undefined,
  isOpen: false,
  done: {},
  failures: {},
  hints: 0,
  hand: undefined,
  lastAt: 0,
};

/** The step after this one; undefined after the last. */
export type NextStep = (step: StepName) => StepName | undefined;

const HOW: Readonly<Record<string, Done["how"]>> = {
  pass: "passed",
  "already-true": "true",
  "solved-by-us": "solved",
  skipped: "skipped",
};

/** One more event of a learner. */
export function addEvent(before: Progress, event: ClassEvent, next: NextStep): Progress {
  const progress = { ...before, lastAt: Math.max(before.lastAt, event.at) };
  switch (event.type) {
    case "open":
      return { ...arrive(progress, `${event.lesson}#${event.step}`, event.at), isOpen: true, since: event.at };
    case "close":
      return { ...progress, isOpen: false, since: undefined };
    case "hand":
      return { ...progress, hand: event.raised ? (before.hand ?? event.at) : undefined };
    case "step-start":
      return arrive(progress, `${event.lesson}#${event.step}`, event.at);
    case "hint":
      return { ...arrive(progress, `${event.lesson}#${event.step}`, event.at), hints: event.tier };
    case "check-end": {
      const step = `${event.lesson}#${event.step}`;
      return fail(arrive(progress, step, event.at), step, diagnosisOf(event.verdict, event.check, event.diagnosis));
    }
    case "step-end": {
      const step = `${event.lesson}#${event.step}`;
      const how = HOW[event.verdict];
      if (how !== undefined) return finish(arrive(progress, step, event.at), step, how, event.at, next);
      // A check that failed has told so itself; an interruption is no diagnosis.
      if (event.verdict === "check-failed" || event.verdict === "interrupted") return progress;
      return fail(arrive(progress, step, event.at), step, diagnosisOf(event.verdict));
    }
    // Where they went from there, their next steps tell.
    case "follow":
    case "gap":
      return progress;
  }
}

/** What went wrong, in one word for the class; the same word for the same thing. */
function diagnosisOf(verdict: string, check?: string, diagnosis?: number): string {
  if (check === undefined) return verdict;
  return diagnosis === undefined ? `${check}: ${verdict}` : `${check}: diagnosis ${diagnosis}`;
}

function arrive(progress: Progress, step: StepName, at: number): Progress {
  if (progress.step === step) return progress;
  return { ...progress, step, since: at, hints: 0 };
}

function fail(progress: Progress, step: StepName, diagnosis: string): Progress {
  const known = progress.failures[step] ?? {};
  const failures = { ...progress.failures, [step]: { ...known, [diagnosis]: (known[diagnosis] ?? 0) + 1 } };
  return { ...progress, failures };
}

function finish(progress: Progress, step: StepName, how: Done["how"], at: number, next: NextStep): Progress {
  const ms = progress.since === undefined ? undefined : Math.max(0, at - progress.since);
  // Done once is done: what a later run of the same step took says nothing of the class.
  const done = step in progress.done ? progress.done : { ...progress.done, [step]: { how, ms } };
  return { ...progress, done, step: next(step), since: at, hints: 0 };
}
