/** How many wrong codes are let through within a window, from one address and from all. */
const WINDOW_MS = 60_000;
const FROM_ONE = 8;
const FROM_ALL = 120;

/** Counts wrong codes, so that nobody tries them all: 39 bits at two guesses a second take 8,000 years. */
export class Guesses {
  readonly #wrong = new Map<string, number[]>();

  /** How many milliseconds this address has to wait before its next try is looked at; 0: none. */
  waitOf(address: string, now: number): number {
    this.#forget(now);
    const own = this.#wrong.get(address) ?? [];
    const all = [...this.#wrong.values()].flat().sort((a, b) => a - b);
    return Math.max(waitAfter(own, FROM_ONE, now), waitAfter(all, FROM_ALL, now));
  }

  wrong(address: string, now: number): void {
    this.#wrong.set(address, [...(this.#wrong.get(address) ?? []), now]);
  }

  #forget(now: number): void {
    for (const [address, times] of this.#wrong) {
      const left = times.filter((at) => at > now - WINDOW_MS);
      if (left.length === 0) this.#wrong.delete(address);
      else this.#wrong.set(address, left);
    }
  }
}

function waitAfter(times: readonly number[], most: number, now: number): number {
  const oldest = times.at(-most);
  return times.length < most || oldest === undefined ? 0 : oldest + WINDOW_MS - now;
}
