import type { Queries } from "./database.ts";

/** The work of somebody who waits for its commit. */
interface Waiting {
  /** Does the work, within the commit; gives what to do when it is on the disk. */
  run(within: Queries): Promise<() => void>;
  fail(error: unknown): void;
}

/**
 * Work that comes within one turn of the event loop, or while the commit before is under way, is one commit: a room that
 * answers at the same moment waits for the disk once, not three hundred times.
 */
export class Together {
  readonly #db: Pick<Queries, "transaction">;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(db: Pick<Queries, "transaction">) {
    this.#db = db;
  }

  /**
   * Do the work in the next commit; resolves when that is on the disk. Rejects with what the work or the commit threw; who
   * fails undoes their own alone. The work may be done again where a commit came to nothing.
   */
  do<T>(work: (within: Queries) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        run: async (within) => {
          const value = await within.transaction(work);
          return () => resolve(value);
        },
        fail: reject,
      });
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => void this.#all());
    });
  }

  async #all(): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      await this.#commit(waiting);
    }
    this.#busy = false;
  }

  async #commit(waiting: readonly Waiting[]): Promise<void> {
    try {
      const done = await this.#db.transaction(async (within) => {
        const tell: (() => void)[] = [];
        for (const one of waiting) {
          tell.push(await one.run(within).catch((error: unknown) => () => one.fail(error)));
        }
        return tell;
      });
      for (const tell of done) tell();
    } catch (error) {
      for (const one of waiting) one.fail(error);
    }
  }
}
