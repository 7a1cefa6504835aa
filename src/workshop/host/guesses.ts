/** Wrong codes are counted for so long. */
const WINDOW_MS = 60_000;
/** From one address, and from all: so many are looked at at once; once there were more, one in so many milliseconds. */
const LINES = { one: { atOnce: 8, everyMs: 50 }, all: { atOnce: 120, everyMs: 10 } };
/** A line longer than this takes nobody more. */
const LONGEST_MS = 20_000;
const ALL = "";

interface Line {
  /** The last wrong codes that it takes to tell whether there were too many. */
  readonly wrong: readonly number[];
  /** When the next one who comes is looked at. */
  readonly free: number;
}

const NOBODY: Line = { wrong: [], free: 0 };

/**
 * Slows down who guesses codes, without shutting anybody out: a whole room may have one address. Whoever asks from where
 * wrong codes came waits in line, the right code too, so that waiting tells nothing. 39 bits at 100 a second take 170 years.
 */
export class Guesses {
  readonly #lines = new Map<string, Line>();

  /** How many milliseconds whoever asks from here has to wait before the code is looked at; undefined: too many wait already. */
  turn(address: string, now: number): number | undefined {
    this.#forget(now);
    const waits = [this.#turnIn(ALL, LINES.all, now), this.#turnIn(address, LINES.one, now)];
    const wait = Math.max(...waits);
    return wait > LONGEST_MS ? undefined : wait;
  }

  wrong(address: string, now: number): void {
    for (const [key, { atOnce }] of [[ALL, LINES.all] as const, [address, LINES.one] as const]) {
      const line = this.#lines.get(key) ?? NOBODY;
      this.#lines.set(key, { ...line, wrong: [...line.wrong, now].slice(-atOnce) });
    }
  }

  #turnIn(key: string, { atOnce, everyMs }: (typeof LINES)["one"], now: number): number {
    const line = this.#lines.get(key) ?? NOBODY;
    if (line.wrong.length < atOnce) return 0;
    const turn = Math.max(now, line.free);
    // Whoever is sent away takes no place.
    if (turn - now <= LONGEST_MS) this.#lines.set(key, { ...line, free: turn + everyMs });
    return turn - now;
  }

  #forget(now: number): void {
    for (const [key, line] of this.#lines) {
      const wrong = line.wrong.filter((at) => at > now - WINDOW_MS);
      if (wrong.length === 0 && line.free <= now) this.#lines.delete(key);
      else this.#lines.set(key, { ...line, wrong });
    }
  }
}
