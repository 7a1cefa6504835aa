import type { ClassState } from "../notice.ts";
import { cellsOf } from "./cells.ts";
import type { CourseStep } from "./course-step.ts";
import { handSince, handsOf, type RaisedHand, type Standing } from "./hands.ts";
import type { StepName } from "./progress.ts";
import { quartilesOf, slowAfter } from "./quartiles.ts";

/** Why a learner is thought to be stuck. */
export type Stuck =
  | { readonly kind: "hand"; readonly sinceMs: number }
  | { readonly kind: "again"; readonly diagnosis: string; readonly times: number }
  /** Longer at the step than `slow` says of this class. */
  | { readonly kind: "slow"; readonly ms: number; readonly usualMs: number };

export interface BoardRow {
  readonly number: number;
  readonly handle: string;
  readonly step: StepName | undefined;
  /** Time at the step; undefined while no lesson is open. */
  readonly ms: number | undefined;
  readonly isOpen: boolean;
  /** Since the last that was heard of the learner. */
  readonly sinceSeenMs: number;
  /** One character for each step of the course, see `cellsOf`. */
  readonly cells: string;
  readonly done: number;
  /** Of those, how many without the learner's own proof. */
  readonly helped: number;
  readonly hints: number;
  readonly stuck: readonly Stuck[];
}

export interface BoardStep extends CourseStep {
  /** How many hints it has. */
  readonly hints: number;
  readonly here: number;
  readonly done: number;
  readonly medianMs: number | undefined;
  /** The diagnosis that most learners had, and how many. */
  readonly commonest: { readonly diagnosis: string; readonly learners: number } | undefined;
}

/** What a class is about and how it stands. */
export interface BoardHead {
  readonly title: string;
  readonly state: ClassState;
  /** The course's, in order. */
  readonly steps: readonly CourseStep[];
}

/** What the instructor sees: rows by stuck first, columns in the course's order. */
export interface Board {
  readonly version: 1;
  readonly title: string;
  readonly state: ClassState;
  readonly hands: readonly RaisedHand[];
  readonly rows: readonly BoardRow[];
  readonly steps: readonly BoardStep[];
}

/** The same diagnosis so often is no slip. */
const AGAIN = 3;

/** The board at a moment. Pure: the same standings give the same board. */
export function boardOf({ title, state, steps }: BoardHead, standings: readonly Standing[], now: number): Board {
  const there = standings.filter((one) => !one.left);
  const names = steps.map(({ step }) => step);
  const times = new Map(names.map((step) => [step, timesAt(standings, step)]));
  const rows = there.map((one) => rowOf(one, names, times, now));
  return {
    version: 1,
    title,
    state,
    hands: handsOf(there, now),
    rows: rows.sort((a, b) => urgency(b) - urgency(a) || longest(b) - longest(a) || a.number - b.number),
    steps: steps.map(({ step, ...about }) => ({
      step,
      ...about,
      hints: about.hintTitles.length,
      here: there.filter(({ progress }) => progress.step === step).length,
      done: standings.filter(({ progress }) => progress.done[step] !== undefined).length,
      medianMs: quartilesOf(times.get(step) ?? [])?.[1],
      commonest: commonestAt(standings, step),
    })),
  };
}

function rowOf(
  standing: Standing,
  names: readonly StepName[],
  times: ReadonlyMap<StepName, readonly number[]>,
  now: number,
): BoardRow {
  const { number, handle, joined, progress } = standing;
  const { step, since, isOpen, hints } = progress;
  const ms = isOpen && since !== undefined ? Math.max(0, now - since) : undefined;
  const done = Object.values(progress.done);
  const helped = done.filter(({ how }) => how === "solved" || how === "skipped").length;
  return {
    number,
    handle,
    step,
    ms,
    isOpen,
    sinceSeenMs: Math.max(0, now - Math.max(joined, progress.lastAt)),
    cells: cellsOf(progress, names),
    done: done.length,
    helped,
    hints,
    stuck: stuckOf(standing, ms, times, now),
  };
}

function stuckOf(
  standing: Standing,
  ms: number | undefined,
  times: ReadonlyMap<StepName, readonly number[]>,
  now: number,
): readonly Stuck[] {
  const { step, failures } = standing.progress;
  const stuck: Stuck[] = [];
  const hand = handSince(standing);
  if (hand !== undefined) stuck.push({ kind: "hand", sinceMs: Math.max(0, now - hand) });
  for (const [diagnosis, count] of Object.entries((step && failures[step]) || {}))
    if (count >= AGAIN) stuck.push({ kind: "again", diagnosis, times: count });
  const slow = step === undefined ? undefined : slowAfter(times.get(step) ?? []);
  if (ms !== undefined && slow !== undefined && ms > slow.ms) stuck.push({ kind: "slow", ms, usualMs: slow.usualMs });
  return stuck;
}

/** Who asks comes first, then who shows most signs; among these who has been there longest. */
function urgency({ stuck }: BoardRow): number {
  return (stuck.some(({ kind }) => kind === "hand") ? 10 : 0) + stuck.length;
}

function longest({ ms, stuck }: BoardRow): number {
  if (stuck.length === 0) return 0;
  return Math.max(ms ?? 0, ...stuck.map((one) => (one.kind === "hand" ? one.sinceMs : 0)));
}

/** How long learners were at a step until it was proven; what was solved for them or left out says nothing of it. */
function timesAt(standings: readonly Standing[], step: StepName): readonly number[] {
  return standings.flatMap(({ progress }) => {
    const done = progress.done[step];
    return done?.how === "passed" && done.ms !== undefined ? [done.ms] : [];
  });
}

function commonestAt(standings: readonly Standing[], step: StepName): BoardStep["commonest"] {
  const counts = new Map<string, number>();
  for (const { progress } of standings)
    for (const diagnosis of Object.keys(progress.failures[step] ?? {}))
      counts.set(diagnosis, (counts.get(diagnosis) ?? 0) + 1);
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first && { diagnosis: first[0], learners: first[1] };
}
