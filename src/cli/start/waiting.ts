import type { Check } from "../../lesson/index.ts";
import type { RunEvent } from "../../run/index.ts";
import { formatDuration } from "../../text/index.ts";
import { reasonsIn, withoutNoise } from "./client-noise.ts";

type Event<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

/** A sentence, and what stands before each of its lines. */
interface Told {
  readonly text: string;
  readonly lead: string;
}

interface Waited {
  readonly title: string;
  readonly since: number;
  whys: string;
  announced: boolean;
}

/**
 * What is said while a check does not hold yet: its sentence and its limit once, then each reason when it changes. Lines
 * that only repeat would bury the lesson.
 */
export class Waiting {
  readonly #limits = new Map<string, number>();
  readonly #waited = new Map<string, Waited>();
  #toldHowToEnd: boolean;

  /** `keys`: somebody at a terminal can end the wait, and is told how, once. */
  constructor({ keys }: { readonly keys: boolean }) {
    this.#toldHowToEnd = !keys;
  }

  expect(checks: readonly Check[]): void {
    for (const { id, withinMs } of checks) this.#limits.set(id, withinMs);
  }

  start({ check, title, at }: Event<"check-start">): void {
    this.#waited.set(check, { title, since: at, whys: "", announced: false });
  }

  tell({ check, whys, at }: Event<"check-waiting">): readonly Told[] {
    const waited = this.#waited.get(check);
    if (waited === undefined) return [];
    const told: Told[] = [];
    const limit = this.#limits.get(check);
    const until = limit === undefined ? "" : ` (at most ${formatDuration(limit)})`;
    if (!waited.announced) told.push({ text: `waiting for: ${waited.title}${until}`, lead: "  " });
    waited.announced = true;
    const reasons = reasonsIn(whys);
    const why = (reasons.length > 0 ? reasons : withoutNoise(whys)).join("; ");
    if (why === "" || why === waited.whys) return told;
    waited.whys = why;
    told.push({ text: `after ${formatDuration(at - waited.since)}: ${why}`, lead: "    " });
    if (this.#toldHowToEnd) return told;
    this.#toldHowToEnd = true;
    return [...told, { text: "(Ctrl-C ends the wait)", lead: "    " }];
  }
}
