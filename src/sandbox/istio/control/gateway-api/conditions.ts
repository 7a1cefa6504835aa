import { timestamp } from "../../../control/index.ts";
import type { JsonObject, KubeObject } from "../../../objects/index.ts";

/** Why something is not as it should be. */
export interface Fault {
  readonly reason: string;
  readonly message: string;
}

/** A condition while all is well, and what is wrong if anything is: the status is then the other one. */
export interface Wish extends Fault {
  readonly isNegative?: boolean;
  readonly fault?: Fault | undefined;
}

/** Conditions by the names of their types; one that says the same as before keeps its time. */
export function conditionsOf(
  before: readonly JsonObject[] | undefined,
  wishes: Readonly<Record<string, Wish>>,
  { metadata }: KubeObject,
  now: number,
): readonly JsonObject[] {
  return Object.keys(wishes)
    .sort()
    .map((type) => {
      const { fault, isNegative = false, ...well } = wishes[type] as Wish;
      const { reason, message } = fault ?? well;
      const status = (fault === undefined) !== isNegative ? "True" : "False";
      const old = before?.find((one) => one.type === type);
      const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timestamp(now);
      return { lastTransitionTime, message, observedGeneration: metadata.generation ?? 1, reason, status, type };
    });
}

/** As a sentence has it: `a`, `a and b`, `a, b, and c`. */
export function joined(words: readonly string[]): string {
  if (words.length < 3) return words.join(" and ");
  return `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}`;
}
