import { Refusal } from "./refusal.ts";

/** Bounds of what is served at the same time. */
export interface TurnLimits {
  /** So many at once; the others wait. */
  readonly atOnce: number;
  readonly waiting: number;
  /** Of one address, served and waiting: nobody keeps the room out. */
  readonly ofOne: number;
}

/** How soon whoever finds the line full asks again, in seconds. */
const RETRY_AFTER = 5;

/** A line before what only a few can have at the same time: who came first has it first. */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #line: (() => void)[] = [];
  readonly #of = new Map<string, number>();
  #served = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Wait for a turn. Returns what gives it back; undefined where `left` came first. Throws a Refusal where the line is full. */
  async take(address: string, left: AbortSignal): Promise<(() => void) | undefined> {
    const mine = this.#of.get(address) ?? 0;
    if (mine >= this.#limits.ofOne || this.#line.length >= this.#limits.waiting)
      throw new Refusal(503, "Too many fetch from here at the moment; try again in a few seconds.", RETRY_AFTER);
    if (left.aborted) return undefined;
    this.#of.set(address, mine + 1);
    if (this.#served < this.#limits.atOnce) this.#served += 1;
    else if (!(await this.#wait(left))) {
      this.#leave(address);
      return undefined;
    }
    return () => {
      this.#leave(address);
      // The turn goes on to the next; only where nobody waits there is one more.
      const next = this.#line.shift();
      if (next === undefined) this.#served -= 1;
      else next();
    };
  }

  /** Until somebody hands a turn on; false where `left` came first. */
  #wait(left: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const mine = (): void => {
        left.removeEventListener("abort", gone);
        resolve(true);
      };
      const gone = (): void => {
        this.#line.splice(this.#line.indexOf(mine), 1);
        resolve(false);
      };
      left.addEventListener("abort", gone, { once: true });
      this.#line.push(mine);
    });
  }

  #leave(address: string): void {
    const rest = (this.#of.get(address) ?? 1) - 1;
    if (rest === 0) this.#of.delete(address);
    else this.#of.set(address, rest);
  }
}
