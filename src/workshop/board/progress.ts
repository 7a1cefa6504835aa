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

/** What a step asked of a learner so far, done or not. */
export interface Effort {
  /** Time at the step while a lesson was open. */
  readonly ms: number;
  /** The last hint that was read. */
  readonly hints: number;
  /** How often a hand was raised at it. */
  readonly hands: number;
}

export const NO_EFFORT: Effort = { ms: 0, hints: 0, hands: 0 };

/** A raised hand: since when, and when it was last raised again. */
export interface Hand {
  readonly first: number;
  readonly last: number;
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
  readonly effort: Readonly<Record<StepName, Effort>>;
  /** A hand that the learner has not lowered. */
  readonly hand: Hand | undefined;
  readonly lastAt: number;
}

export const NO_PROGRESS: Progress = {
  step: undefined,
  since: undefined,
  isOpen: false,
  done: {},
  failures: {},
  hints: 0,
  effort: {},
  hand: undefined,
  lastAt: 0,
};

/** The steps of the class's course. */
export interface StepOrder {
  has(step: StepName): boolean;
  /** The step after this one; undefined after the last. */
  next(step: StepName): StepName | undefined;
}

/** So many diagnoses of one step are told apart; a check's id is the learner's word. */
const DIAGNOSES = 50;

const HOW: Readonly<Record<string, Done["how"]>> = {
  pass: "passed",
  "already-true": "true",
  "solved-by-us": "solved",
  skipped: "skipped",
};

/** One more event of a learner. What happens at a step that the course does not have says only where the learner is. */
export function addEvent(before: Progress, event: ClassEvent, steps: StepOrder): Progress {
  const progress = { ...before, lastAt: Math.max(before.lastAt, event.at) };
  if (event.type === "close") return { ...stay(progress, event.at), isOpen: false, since: undefined };
  if (event.type === "hand") return raise(progress, event.raised, event.at, steps);
  // Where somebody went who was asked to follow, their next steps tell.
  if (event.type === "gap" || event.type === "follow") return progress;
  const step = `${event.lesson}#${event.step}`;
  if (event.type === "open") {
    // One that is open still was never closed: its program was killed, soon after what it told last.
    const away = { ...stay(progress, before.lastAt), since: undefined };
    return { ...arrive(away, step, event.at, steps), isOpen: true, since: steps.has(step) ? event.at : undefined };
  }
  const there = arrive(progress, step, event.at, steps);
  if (!steps.has(step)) return there;
  switch (event.type) {
    case "step-start":
      return there;
    case "hint": {
      const read = (effort: Effort): Effort => ({ ...effort, hints: Math.max(effort.hints, event.tier) });
      return { ...spend(there, step, read), hints: event.tier };
    }
    case "check-end":
      return fail(there, step, diagnosisOf(event.verdict, event.check, event.diagnosis));
    case "step-end": {
      const how = HOW[event.verdict];
      if (how !== undefined) return finish(there, step, how, event.at, steps);
      // A check that failed has told so itself; an interruption is no diagnosis.
      if (event.verdict === "check-failed" || event.verdict === "interrupted") return progress;
      return fail(there, step, diagnosisOf(event.verdict));
    }
  }
}

/** What went wrong, in one word for the class; the same word for the same thing. */
function diagnosisOf(verdict: string, check?: string, diagnosis?: number): string {
  if (check === undefined) return verdict;
  return diagnosis === undefined ? `${check}: ${verdict}` : `${check}: diagnosis ${diagnosis}`;
}

/** Times count at steps of the course alone: others have no end of names. */
function arrive(progress: Progress, step: StepName, at: number, steps: StepOrder): Progress {
  if (progress.step === step) return progress;
  return { ...stay(progress, at), step, since: steps.has(step) ? at : undefined, hints: 0 };
}

/** The learner was at the step until now: that time is counted, and what follows counts from now. */
function stay(progress: Progress, until: number): Progress {
  const { step, since } = progress;
  if (step === undefined || since === undefined || until <= since) return progress;
  return { ...spend(progress, step, (effort) => ({ ...effort, ms: effort.ms + until - since })), since: until };
}

function spend(progress: Progress, step: StepName, more: (effort: Effort) => Effort): Progress {
  return { ...progress, effort: { ...progress.effort, [step]: more(progress.effort[step] ?? NO_EFFORT) } };
}

function raise(progress: Progress, raised: boolean, at: number, steps: StepOrder): Progress {
  if (!raised) return { ...progress, hand: undefined };
  const hand = { first: progress.hand?.first ?? at, last: Math.max(progress.hand?.last ?? at, at) };
  const { step } = progress;
  const counted =
    step === undefined || !steps.has(step)
      ? progress
      : spend(progress, step, (effort) => ({ ...effort, hands: effort.hands + 1 }));
  return { ...counted, hand };
}

function fail(progress: Progress, step: StepName, diagnosis: string): Progress {
  const known = progress.failures[step] ?? {};
  const isNew = !Object.hasOwn(known, diagnosis) && Object.keys(known).length >= DIAGNOSES;
  const name = isNew ? "others" : diagnosis;
  const failures = { ...progress.failures, [step]: { ...known, [name]: (known[name] ?? 0) + 1 } };
  return { ...progress, failures };
}

function finish(progress: Progress, step: StepName, how: Done["how"], at: number, steps: StepOrder): Progress {
  const ms = progress.since === undefined ? undefined : Math.max(0, at - progress.since);
  // Done once is done: what a later run of the same step took says nothing of the class.
  const done = step in progress.done ? progress.done : { ...progress.done, [step]: { how, ms } };
  return { ...stay(progress, at), done, step: steps.next(step), since: at, hints: 0 };
}
