import type { Progress, StepName } from "./progress.ts";

/** A learner and how far they are. */
export interface Standing {
  readonly number: number;
  readonly handle: string;
  readonly joined: number;
  readonly left: boolean;
  readonly progress: Progress;
  /** When the instructor last said that this learner was helped. */
  readonly helped: number | undefined;
}

/** Somebody in the queue of those who ask for help. */
export interface RaisedHand {
  readonly number: number;
  readonly handle: string;
  readonly sinceMs: number;
  readonly step: StepName | undefined;
}

/** The queue: who asked first comes first. */
export function handsOf(standings: readonly Standing[], now: number): readonly RaisedHand[] {
  return standings
    .flatMap((one) => {
      const since = one.left ? undefined : handSince(one);
      return since === undefined ? [] : [{ since, one }];
    })
    .sort((a, b) => a.since - b.since || a.one.number - b.one.number)
    .map(({ since, one: { number, handle, progress } }) => ({
      number,
      handle,
      sinceMs: Math.max(0, now - since),
      step: progress.step,
    }));
}

/** Since when a learner asks for help; being helped lowers a hand that was raised before, whenever it was heard of. */
export function handSince({ progress: { hand }, helped = Number.NEGATIVE_INFINITY }: Standing): number | undefined {
  if (hand === undefined || hand.last <= helped) return undefined;
  return hand.first > helped ? hand.first : hand.last;
}
