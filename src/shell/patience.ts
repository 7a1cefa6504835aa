import type { Block } from "./block.ts";

/** A block that takes longer is given its time limit, and its output as it comes: of others one look at the end is all. */
const QUICK_MS = 5;

/** What happens to a block that is not quick, and to nobody between two blocks. */
interface Acts {
  /** Whether the output is read as it comes. */
  watch(isWatched: boolean): void;
  /** The block's time is over. */
  stop(block: Block): void;
}

/** The time that the blocks of a session take. Two timers for all of them: most blocks need neither. */
export class Patience {
  readonly #acts: Acts;
  #block: Block | undefined;
  #quick: NodeJS.Timeout | undefined;
  #limit: NodeJS.Timeout | undefined;

  constructor(acts: Acts) {
    this.#acts = acts;
  }

  begin(block: Block): void {
    this.#block = block;
    if (block.timeoutMs <= QUICK_MS) this.#lookAfter();
    else {
      this.#acts.watch(false);
      if (this.#quick === undefined) this.#quick = setTimeout(() => this.#lookAfter(), QUICK_MS);
      else this.#quick.refresh();
    }
  }

  end(): void {
    this.#block = undefined;
    if (this.#limit !== undefined) clearTimeout(this.#limit);
    this.#limit = undefined;
  }

  close(): void {
    this.end();
    clearTimeout(this.#quick);
  }

  /** Also between two blocks: what an earlier one left behind must not stand still because nobody reads. */
  #lookAfter(): void {
    this.#acts.watch(true);
    const block = this.#block;
    if (block === undefined || this.#limit !== undefined || block.timeoutMs === Number.POSITIVE_INFINITY) return;
    const left = block.timeoutMs - (performance.now() - block.startedAt);
    this.#limit = setTimeout(() => this.#acts.stop(block), Math.max(0, left));
  }
}
