import type { Progress, StepName } from "./progress.ts";
import { quartilesOf, slowAfter } from "./quartiles.ts";

/** A learner and how far they are. */
export interface Standing {
  readonly number: number;
  readonly handle: string;
  readonly left: boolean;
  readonly progress: Progress;
}

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
  readonly done: number;
  /** Of those, how many without the learner's own proof. */
  readonly helped: number;
  readonly hints: number;
  readonly stuck: readonly Stuck[];
}

export interface BoardStep {
  readonly step: StepName;
  readonly here: number;
  readonly done: number;
  readonly medianMs: number | undefined;
  /** The diagnosis that most learners had, and how many. */
  readonly commonest: { readonly diagnosis: string; readonly learners: number } | undefined;
}

/** What the instructor sees: rows by stuck first, columns in the course's order. */
export interface Board {
  readonly rows: readonly BoardRow[];
  readonly steps: readonly BoardStep[];
}

/** The same diagnosis so often is no slip. */
const AGAIN = 3;

/** The board at a moment. Pure: the same standings give the same board. */
export function boardOf(standings: readonly Standing[], steps: readonly StepName[], now: number): Board {
  const there = standings.filter((one) => !one.left);
  const times = new Map(steps.map((step) => [step, timesAt(standings, step)]));
  const rows = there.map((one) => rowOf(one, times, now));
  return {
    rows: rows.sort((a, b) => urgency(b) - urgency(a) || longest(b) - longest(a) || a.number - b.number),
    steps: steps.map((step) => ({
      step,
      here: there.filter(({ progress }) => progress.step === step).length,
      done: standings.filter(({ progress }) => progress.done[step] !== undefined).length,
      medianMs: quartilesOf(times.get(step) ?? [])?.[1],
      commonest: commonestAt(standings, step),
    })),
  };
}

function rowOf(
  { number, handle, progress }: Standing,
  times: ReadonlyMap<StepName, readonly number[]>,
  now: number,
): BoardRow {
  const { step, since, isOpen, hand, hints } = progress;
  const ms = isOpen && since !== undefined ? Math.max(0, now - since) : undefined;
  const done = Object.values(progress.done);
  const stuck: Stuck[] = [];
  if (hand !== undefined) stuck.push({ kind: "hand", sinceMs: Math.max(0, now - hand) });
  for (const [diagnosis, count] of Object.entries((step && progress.failures[step]) || {}))
    if (count >= AGAIN) stuck.push({ kind: "again", diagnosis, times: count });
  const slow = step === undefined ? undefined : slowAfter(times.get(step) ?? []);
  if (ms !== undefined && slow !== undefined && ms > slow.ms) stuck.push({ kind: "slow", ms, usualMs: slow.usualMs });
  const helped = done.filter(({ how }) => how === "solved" || how === "skipped").length;
  return { number, handle, step, ms, done: done.length, helped, hints, stuck };
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
