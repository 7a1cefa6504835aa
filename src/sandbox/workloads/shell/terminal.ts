import { ByteQueue } from "../../bytes/index.ts";
import type { Terminal } from "./state.ts";

/** A terminal's line discipline: it echoes, edits the line, knows Ctrl-C and Ctrl-D, and ends lines with CR LF. */
export class LineTerminal implements Terminal {
  readonly #lines = new ByteQueue();
  readonly #write: (chunk: Buffer) => Promise<void>;
  readonly #history: string[] = [];
  #interrupt: () => void = () => {};
  #line = "";
  #recalled = 0;

  constructor(write: (chunk: Buffer) => Promise<void>) {
    this.#write = write;
  }

  /** Whole lines for the program that reads. Ctrl-D is an end for one reader; the next one may read on. */
  readonly lines: AsyncIterator<Buffer> = {
    next: async () => {
      const next = await this.#lines.next();
      return !next.done && next.value.equals(END) ? { value: undefined, done: true } : next;
    },
    return: () => this.#lines.return(),
  };

  onInterrupt(listener: () => void): () => void {
    const before = this.#interrupt;
    this.#interrupt = listener;
    return before;
  }

  /** What a program prints. */
  async output(chunk: string | Buffer): Promise<void> {
    const text = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    await this.#write(Buffer.from(text.toString("latin1").replaceAll(/\r?\n/g, "\r\n"), "latin1"));
  }

  /** Takes what is typed until there is no more. */
  async follow(keys: AsyncIterator<Buffer>): Promise<void> {
    const decoder = new TextDecoder();
    for (let next = await keys.next(); !next.done; next = await keys.next()) {
      for (const key of decoder.decode(next.value, { stream: true }).match(KEY) ?? []) await this.#press(key);
    }
    this.#lines.end();
  }

  async #press(key: string): Promise<void> {
    const act = Object.hasOwn(ACTS, key) ? ACTS[key] : undefined;
    if (act === "enter") return this.#enter();
    if (act === "interrupt") {
      this.#line = "";
      await this.#echo("^C\r\n");
      this.#interrupt();
    } else if (act === "end") {
      if (this.#line === "") this.#lines.write(END).catch(() => {});
    } else if (act === "back") {
      if (this.#line !== "") await this.#replace([...this.#line].slice(0, -1).join(""));
    } else if (act === "clear") await this.#replace("");
    else if (act === "word") await this.#replace(this.#line.replace(/\S*\s*$/, ""));
    else if (act === "up" || act === "down") await this.#recall(act === "up" ? 1 : -1);
    else if (act === "screen") await this.#echo("\x1b[H\x1b[J");
    else if (!/^[\x00-\x1f]/.test(key) || key === "\t") {
      this.#line += key;
      await this.#echo(key);
    }
  }

  async #enter(): Promise<void> {
    const line = this.#line;
    this.#line = "";
    this.#recalled = 0;
    if (line.trim() !== "") this.#history.unshift(line);
    await this.#echo("\r\n");
    // A program that never reads must not keep Ctrl-C from being seen.
    this.#lines.write(Buffer.from(`${line}\n`)).catch(() => {});
  }

  async #recall(step: number): Promise<void> {
    this.#recalled = Math.max(0, Math.min(this.#recalled + step, this.#history.length));
    await this.#replace(this.#recalled === 0 ? "" : (this.#history[this.#recalled - 1] ?? ""));
  }

  async #replace(line: string): Promise<void> {
    const back = "\b".repeat([...this.#line].length);
    this.#line = line;
    await this.#echo(`${back}\x1b[K${line}`);
  }

  #echo(text: string): Promise<void> {
    return this.#write(Buffer.from(text)).catch(() => {});
  }
}

const END = Buffer.from("\x04");
const KEY = /\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|\r\n?|[\s\S]/gu;
const ACTS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\r\n": "enter",
  "\n": "enter",
  "\x03": "interrupt",
  "\x04": "end",
  "\x7f": "back",
  "\b": "back",
  "\x15": "clear",
  "\x17": "word",
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\f": "screen",
};
