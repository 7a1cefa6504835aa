import { ByteQueue } from "../../bytes/index.ts";
import { LineEditor } from "./line-editor.ts";
import type { Terminal } from "./state.ts";

/** A terminal's line discipline: it echoes, edits the line, knows Ctrl-C and Ctrl-D, and ends lines with CR LF. */
export class LineTerminal implements Terminal {
  readonly #lines = new ByteQueue();
  readonly #write: (chunk: Buffer) => Promise<void>;
  readonly #editor = new LineEditor();
  #interrupt: () => void = () => {};
  /** What programs have written since the last line's end: the prompt. */
  #prompt = "";

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
    const last = text.subarray(-MAX_PROMPT).toString();
    this.#prompt = /\n/.test(last) ? last.slice(last.lastIndexOf("\n") + 1) : (this.#prompt + last).slice(-MAX_PROMPT);
    await this.#write(Buffer.from(text.toString("latin1").replaceAll(/\r?\n/g, "\r\n"), "latin1"));
  }

  /** Takes what is typed until there is no more. */
  async follow(keys: AsyncIterator<Buffer>): Promise<void> {
    const decoder = new TextDecoder();
    let begun = "";
    for (let next = await keys.next(); !next.done; next = await keys.next()) {
      const typed = begun + decoder.decode(next.value, { stream: true });
      // A key that sends several characters may come in pieces.
      begun = BEGUN.exec(typed)?.[0] ?? "";
      for (const key of typed.slice(0, typed.length - begun.length).match(KEY) ?? []) await this.#press(key);
    }
    this.#lines.end();
  }

  async #press(key: string): Promise<void> {
    const act = Object.hasOwn(ACTS, key) ? ACTS[key] : undefined;
    if (act === "enter") return this.#enter();
    if (act === "interrupt") {
      this.#editor.clear();
      await this.#echo("^C\r\n");
      this.#interrupt();
    } else if (act === "end" && this.#editor.isEmpty) this.#lines.write(END).catch(() => {});
    else if (act === "screen") await this.#echo(`\x1b[H\x1b[J${this.#prompt}${this.#editor.shown}`);
    else {
      const sent = this.#editor.press(key);
      if (sent !== "") await this.#echo(sent);
    }
  }

  async #enter(): Promise<void> {
    const line = this.#editor.take();
    this.#prompt = "";
    await this.#echo("\r\n");
    // A program that never reads must not keep Ctrl-C from being seen.
    this.#lines.write(Buffer.from(`${line}\n`)).catch(() => {});
  }

  #echo(text: string): Promise<void> {
    return this.#write(Buffer.from(text)).catch(() => {});
  }
}

const END = Buffer.from("\x04");
/** More than this no prompt has. */
const MAX_PROMPT = 1024;
const KEY = /\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|\r\n?|[\s\S]/gu;
const BEGUN = /\x1b(?:\[[0-9;]*|O)?$/;
/** What is not of the line: the rest is the editor's. */
const ACTS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\r\n": "enter",
  "\n": "enter",
  "\x03": "interrupt",
  "\x04": "end",
  "\f": "screen",
};
