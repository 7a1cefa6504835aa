import { LIMITS } from "../wire.ts";
import { type Delivery, PACE } from "./sender.ts";
import { tellOnce } from "./tell-once.ts";

/** How long a hint that was read may wait for the class, in milliseconds: nobody asked for it to be told. */
const BY_THE_WAY_MS = 700;

/** Raise or lower the learner's hand. Returns how far the news came; undefined where there is no class to see it. */
export function raiseHand(folder: string, raised: boolean, now: () => number): Promise<Delivery | undefined> {
  return tellOnce(folder, { type: "hand", at: now(), raised }, now, PACE.timeout);
}

/** A hint was read outside of a lesson: the `tier`-th of the step, from 1. */
export async function tellHint(
  folder: string,
  about: { readonly lesson: string; readonly step: string; readonly tier: number },
  now: () => number,
): Promise<void> {
  const [lesson, step] = [about.lesson.slice(0, LIMITS.id), about.step.slice(0, LIMITS.id)];
  await tellOnce(folder, { type: "hint", at: now(), lesson, step, tier: about.tier }, now, BY_THE_WAY_MS);
}
