import type { LogOptions } from "../api/index.ts";

/** What is kept of a container's output; more is rotated away, as the kubelet does at 10 MiB. */
const MOST_KEPT = { lines: 20_000, characters: 1 << 22 };

/** What is kept on the disk of a run's output: its end. */
const MOST_SAVED = { lines: 500, characters: 1 << 16 };

/** A line of a log, and when it was written. */
export interface Line {
  /** Milliseconds. */
  readonly time: number;
  readonly text: string;
}

/** What one run of a container has written. */
export class ContainerLog {
  readonly #lines: Line[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #now: () => number;
  #rest = "";
  #characters = 0;
  #dropped = 0;
  #isEnded = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(text: string, time = this.#now()): void {
    this.#lines.push({ time, text: flat(text) });
    this.#characters += text.length;
    this.#rotate();
    this.#wake();
  }

  /** A tenth more goes than has to: an array is not moved for each line. */
  #rotate(): void {
    if (this.#lines.length <= MOST_KEPT.lines && this.#characters <= MOST_KEPT.characters) return;
    let gone = 0;
    while (this.#lines.length - gone > 1 && !this.#isRoomy(gone)) {
      this.#characters -= this.#lines[gone]?.text.length ?? 0;
      gone += 1;
    }
    this.#lines.splice(0, gone);
    this.#dropped += gone;
  }

  #isRoomy(gone: number): boolean {
    return this.#lines.length - gone <= MOST_KEPT.lines * 0.9 && this.#characters <= MOST_KEPT.characters * 0.9;
  }

  /** Its last lines, to be kept on the disk. */
  save(): readonly Line[] {
    let left = MOST_SAVED.characters;
    const recent = this.#lines.slice(-MOST_SAVED.lines);
    const first = recent.findLastIndex((line) => {
      left -= line.text.length;
      return left < 0;
    });
    return recent.slice(first + 1);
  }

  /** Output as it comes, in any portions. */
  write(chunk: string | Buffer): void {
    const parts = (this.#rest + chunk.toString()).split("\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) this.add(part);
  }

  /** The container has ended: nothing follows. */
  end(): void {
    if (this.#rest !== "") this.add(this.#rest);
    this.#rest = "";
    this.#isEnded = true;
    this.#wake();
  }

  /** The lines that were asked for, and with `follow` those to come. */
  async *read({ follow, timestamps, tailLines, sinceSeconds, sinceTime, signal }: LogOptions): AsyncGenerator<string> {
    const since = sinceTime
      ? Date.parse(sinceTime)
      : sinceSeconds === undefined
        ? 0
        : this.#now() - sinceSeconds * 1000;
    const format = ({ time, text }: Line): string =>
      timestamps ? `${new Date(time).toISOString().replace("Z", "000000Z")} ${text}` : text;
    const recent = this.#lines.filter((line) => line.time >= since);
    // Of now: more may come while these are read.
    let next = this.#dropped + this.#lines.length;
    for (const line of tailLines === undefined ? recent : recent.slice(Math.max(0, recent.length - tailLines)))
      yield format(line);
    while (follow && !signal.aborted) {
      for (; next < this.#dropped + this.#lines.length; next += 1) {
        const line = this.#lines[next - this.#dropped];
        if (line) yield format(line);
      }
      if (this.#isEnded) return;
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** The same text as one piece: V8 keeps what was put together as its parts, which take several times its room. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
