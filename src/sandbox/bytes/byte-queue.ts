/** Nobody reads any more: what a program that writes on gets SIGPIPE for. */
export class BrokenPipe extends Error {
  constructor() {
    super("broken pipe");
    this.name = "BrokenPipe";
  }
}

/** How much a writer may be ahead of its reader. */
const DEFAULT_LIMIT = 256 * 1024;

/** Bytes from one writer to one reader. The writer waits when it is too far ahead; either end may leave. */
export class ByteQueue implements AsyncIterableIterator<Buffer> {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #isEnded = false;
  #isBroken = false;
  #readers: ((result: IteratorResult<Buffer>) => void)[] = [];
  #writers: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  /** Whether the next write would have to wait. */
  get isFull(): boolean {
    return this.#size >= this.#limit;
  }

  /** Resolves when there is room for more. Rejects with `BrokenPipe` once the reader has left. */
  write(chunk: Buffer): Promise<void> {
    if (this.#isBroken) return Promise.reject(new BrokenPipe());
    if (this.#isEnded || chunk.length === 0) return Promise.resolve();
    const reader = this.#readers.shift();
    if (reader) {
      reader({ value: chunk, done: false });
      return Promise.resolve();
    }
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (!this.isFull) return Promise.resolve();
    return new Promise((resolve, reject) => this.#writers.push({ resolve, reject }));
  }

  /** The writer is done: the reader gets what is left, then the end. */
  end(): void {
    this.#isEnded = true;
    if (this.#chunks.length > 0) return;
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<Buffer>> {
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#size -= chunk.length;
      if (!this.isFull) for (const { resolve } of this.#writers.splice(0)) resolve();
      return Promise.resolve({ value: chunk, done: false });
    }
    if (this.#isEnded || this.#isBroken) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  /** The reader leaves: whoever writes learns of it. */
  return(): Promise<IteratorResult<Buffer>> {
    this.#isBroken = true;
    this.#chunks.length = 0;
    this.#size = 0;
    for (const { reject } of this.#writers.splice(0)) reject(new BrokenPipe());
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
