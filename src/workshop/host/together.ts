/** What a commit was asked for, and who waits for it. */
interface Waiting {
  /** Does the work, within the commit; gives what to do when it is on the disk. */
  run(): () => void;
  fail(error: unknown): void;
}

/**
 * Work that comes within one turn of the event loop is one commit: a room that answers at the same moment waits for the
 * disk once, not three hundred times.
 */
export class Together {
  readonly #commit: (work: () => void) => void;
  #waiting: Waiting[] = [];

  /** `commit`: a transaction, on the disk when it returns; nested ones undo themselves alone. */
  constructor(commit: (work: () => void) => void) {
    this.#commit = commit;
  }

  /** Do the work in the next commit; resolves when that is on the disk. Rejects with what the work or the commit threw. */
  do<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#all());
      this.#waiting.push({
        run: () => {
          let result: { readonly value: T } | undefined;
          this.#commit(() => {
            result = { value: work() };
          });
          return () => result !== undefined && resolve(result.value);
        },
        fail: reject,
      });
    });
  }

  #all(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const done: (() => void)[] = [];
    try {
      this.#commit(() => {
        for (const one of waiting) {
          try {
            done.push(one.run());
          } catch (error) {
            done.push(() => one.fail(error));
          }
        }
      });
      for (const tell of done) tell();
    } catch (error) {
      for (const one of waiting) one.fail(error);
    }
  }
}
