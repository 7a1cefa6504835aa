import type { Clock } from "../../../src/sandbox/control/index.ts";

/** A clock that stands still until it is moved; what is due runs in order, each on its turn. */
export class ManualClock implements Clock {
  #now: number;
  #due: { readonly at: number; readonly order: number; readonly wake: () => void }[] = [];
  #order = 0;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  at(at: number, wake: () => void): () => void {
    const entry = { at: Math.max(at, this.#now), order: this.#order++, wake };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((one) => one !== entry);
    };
  }

  /** Let `ms` pass, running everything that becomes due in that time. Throws when it never ends. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let steps = 0; ; steps += 1) {
      if (steps > 10_000) throw new Error("the loop does not come to rest");
      const [next] = this.#due.filter((one) => one.at <= end).sort((a, b) => a.at - b.at || a.order - b.order);
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#now = next.at;
      next.wake();
    }
    this.#now = end;
  }
}
