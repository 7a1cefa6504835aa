import type { CourseStep } from "./course-step.ts";
import type { Standing } from "./hands.ts";
import { type Done, type Effort, NO_EFFORT, type StepName } from "./progress.ts";
import { quartilesOf } from "./quartiles.ts";

/** What one learner needed for a step. */
export interface DebriefName {
  readonly handle: string;
  readonly ms: number;
  /** Undefined: not done. */
  readonly how: Done["how"] | undefined;
}

/** What a step cost the class. */
export interface DebriefStep {
  readonly step: StepName;
  readonly title: string;
  readonly done: number;
  /** Of those who passed it by themselves: half needed at most this, and three of four at most `upperMs`. */
  readonly medianMs: number | undefined;
  readonly upperMs: number | undefined;
  /** All time that learners were at it, whether they got it done or not. */
  readonly totalMs: number;
  readonly solved: number;
  readonly skipped: number;
  /** Hints that were read, and how often a hand was raised. */
  readonly hints: number;
  readonly hands: number;
  readonly diagnoses: readonly { readonly diagnosis: string; readonly learners: number; readonly times: number }[];
  /** Who took longest first; only where names were asked for. */
  readonly names?: readonly DebriefName[];
}

/** What a class cost, step by step: the dearest first. Steps that nobody came to are left out. */
export interface Debrief {
  readonly version: 1;
  readonly title: string;
  readonly learners: number;
  readonly steps: readonly DebriefStep[];
}

export interface DebriefAbout {
  readonly title: string;
  readonly steps: readonly CourseStep[];
  /** Say who. */
  readonly names: boolean;
}

/** Who gives no sign for so long is away, although no lesson was closed. */
const AWAY_MS = 30 * 60_000;

/** What a class cost so far. Pure; who left counts too. */
export function debriefOf({ title, steps, names }: DebriefAbout, standings: readonly Standing[], now: number): Debrief {
  const told = steps.map((about) => costOf(about, standings, now, names));
  return {
    version: 1,
    title,
    learners: standings.length,
    steps: told.filter((one) => one !== undefined).sort((a, b) => b.totalMs - a.totalMs),
  };
}

function costOf(
  { step, title }: CourseStep,
  standings: readonly Standing[],
  now: number,
  withNames: boolean,
): DebriefStep | undefined {
  const all = standings.flatMap(({ handle, progress }) => {
    const effort = effortAt(progress, step, now);
    const done = progress.done[step];
    const failures = progress.failures[step] ?? {};
    const came = done !== undefined || progress.step === step || progress.effort[step] !== undefined;
    return came ? [{ handle, effort, done, failures }] : [];
  });
  if (all.length === 0) return undefined;
  const times = all.flatMap(({ done }) => (done?.how === "passed" && done.ms !== undefined ? [done.ms] : []));
  const how = (wanted: Done["how"]): number => all.filter(({ done }) => done?.how === wanted).length;
  const quartiles = quartilesOf(times);
  const slowest = all
    .map(({ handle, effort, done }): DebriefName => ({ handle, ms: effort.ms, how: done?.how }))
    .sort((a, b) => b.ms - a.ms);
  return {
    step,
    title,
    done: all.filter(({ done }) => done !== undefined).length,
    medianMs: quartiles?.[1],
    upperMs: quartiles?.[2],
    totalMs: sum(all.map(({ effort }) => effort.ms)),
    solved: how("solved"),
    skipped: how("skipped"),
    hints: sum(all.map(({ effort }) => effort.hints)),
    hands: sum(all.map(({ effort }) => effort.hands)),
    diagnoses: diagnosesOf(all.map(({ failures }) => failures)),
    ...(withNames && { names: slowest }),
  };
}

/** What is counted so far, and the time since then of who is at the step now. */
function effortAt(
  { effort, step: at, since, isOpen, lastAt }: Standing["progress"],
  step: StepName,
  now: number,
): Effort {
  const known = effort[step] ?? NO_EFFORT;
  if (at !== step || since === undefined || !isOpen) return known;
  const until = now - lastAt > AWAY_MS ? lastAt : now;
  return { ...known, ms: known.ms + Math.max(0, until - since) };
}

function diagnosesOf(failures: readonly Readonly<Record<string, number>>[]): DebriefStep["diagnoses"] {
  const counts = new Map<string, { learners: number; times: number }>();
  for (const one of failures)
    for (const [diagnosis, times] of Object.entries(one)) {
      const before = counts.get(diagnosis) ?? { learners: 0, times: 0 };
      counts.set(diagnosis, { learners: before.learners + 1, times: before.times + times });
    }
  return [...counts]
    .map(([diagnosis, count]) => ({ diagnosis, ...count }))
    .sort((a, b) => b.learners - a.learners || b.times - a.times || (a.diagnosis < b.diagnosis ? -1 : 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
