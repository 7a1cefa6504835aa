import { fstatSync, ftruncateSync, readFileSync, writeSync } from "node:fs";

const LIMIT_BYTES = 1024 * 1024;

/**
 * Appends lines to a log file that is open for appending at `fd`, and keeps the file below `limit` bytes: past it, the older half
 * goes. `path` is where the same file can be read.
 */
export class LogFile {
  readonly #fd: number;
  readonly #path: string;
  readonly #limit: number;

  constructor(fd: number, path: string, limit = LIMIT_BYTES) {
    this.#fd = fd;
    this.#path = path;
    this.#limit = limit;
  }

  add(line: string): void {
    const text = Buffer.from(`${line}\n`);
    if (this.#size() + text.length > this.#limit) this.#halve();
    writeSync(this.#fd, text.subarray(0, this.#limit / 2));
  }

  /** Others write to the file too: what a crash prints. A terminal or a pipe has no size. */
  #size(): number {
    const stat = fstatSync(this.#fd);
    return stat.isFile() ? stat.size : 0;
  }

  #halve(): void {
    const all = readFileSync(this.#path);
    const from = all.indexOf("\n", all.length - this.#limit / 2) + 1;
    ftruncateSync(this.#fd, 0);
    writeSync(this.#fd, from === 0 ? Buffer.alloc(0) : all.subarray(from));
  }
}
