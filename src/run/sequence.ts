import type { RunEvent } from "./events.ts";

/** An event that waits for its turn. */
export interface HeldEvent {
  readonly event: RunEvent;
  /** Told only if this lesson is not reported as failed or skipped by then. */
  readonly unless?: string;
}

/** Where events wait for their turn; in memory, unless the caller has a better place for many of them. */
export interface Hold {
  push(held: HeldEvent): void;
  /** All of them in their order; nothing is held afterwards. */
  drain(): Iterable<HeldEvent>;
}

interface Slot {
  hold: Hold | undefined;
  /** How many have something to tell here still. */
  open: number;
  /** What comes when all else has been told. */
  readonly last: HeldEvent[];
}

export interface SequenceOptions {
  /** How many places there are: the lessons of the plan. */
  readonly count: number;
  readonly emit: (event: RunEvent) => void;
  /** Tells a lesson as skipped that stands behind the failure at which the run stopped. */
  readonly skip: (position: number) => void;
  readonly openHold: () => Hold;
}

/**
 * Puts what happens at the same time one after the other: the events of the lesson at place 0, then those at place 1...
 * The first place that is still open passes its events on as they come, all others wait.
 */
export class Sequence {
  readonly #options: SequenceOptions;
  readonly #slots: readonly Slot[];
  readonly #unproven = new Set<string>();
  #next = 0;
  #last = Number.POSITIVE_INFINITY;

  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, () => ({ hold: undefined, open: 1, last: [] }));
  }

  put(position: number, held: HeldEvent): void {
    const slot = this.#slots[position];
    if (slot === undefined || position > this.#last) return;
    if (position === this.#next) {
      this.#pass(held);
      return;
    }
    slot.hold ??= this.#options.openHold();
    slot.hold.push(held);
  }

  /** Somebody else has something to tell at this place too, behind all else: it closes it as well. */
  join(position: number): void {
    const slot = this.#slots[position];
    if (slot !== undefined) slot.open += 1;
  }

  /** For the end of a place, when nothing else comes there. */
  putLast(position: number, held: HeldEvent): void {
    if (position <= this.#last) this.#slots[position]?.last.push(held);
  }

  /** Nothing more comes for this place, of one that had something to tell there. */
  close(position: number): void {
    const slot = this.#slots[position];
    if (slot !== undefined) slot.open -= 1;
    this.#advance();
  }

  /** Nothing behind this place is told, but that it was skipped. The foremost place that says so counts. */
  stopAfter(position: number): void {
    this.#last = Math.min(this.#last, position);
  }

  /** The place behind which nothing is told. */
  get last(): number {
    return this.#last;
  }

  /** Give up: what waits is not told. */
  abandon(): void {
    for (const slot of this.#slots) for (const _ of slot.hold?.drain() ?? []);
    this.#next = this.#slots.length;
    this.#last = -1;
  }

  #advance(): void {
    for (let slot = this.#slots[this.#next]; slot !== undefined && slot.open <= 0; slot = this.#slots[this.#next]) {
      for (const held of slot.last.splice(0)) this.#pass(held);
      this.#begin(this.#next + 1);
    }
  }

  #begin(position: number): void {
    this.#next = position;
    const slot = this.#slots[position];
    if (slot === undefined) return;
    const waiting = slot.hold?.drain() ?? [];
    slot.hold = undefined;
    if (position > this.#last) {
      for (const _ of waiting);
      this.#options.skip(position);
      slot.open = 0;
      slot.last.length = 0;
    } else for (const held of waiting) this.#pass(held);
  }

  #pass({ event, unless }: HeldEvent): void {
    if (unless !== undefined && this.#unproven.has(unless)) return;
    this.#options.emit(event);
    if (unless === undefined && event.type === "lesson-end" && event.outcome !== "passed")
      this.#unproven.add(event.lesson);
  }
}

/** Events that wait in memory. */
export function holdInMemory(): Hold {
  let held: HeldEvent[] = [];
  return {
    push: (one) => void held.push(one),
    drain: () => {
      const all = held;
      held = [];
      return all;
    },
  };
}
