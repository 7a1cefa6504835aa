import { createInterface } from "node:readline";
import type { Io } from "../io.ts";
import { type ChoiceName, choiceOf } from "./choices.ts";

/** Where a learner's choices come from: single keys of a terminal, or typed words, line by line. */
export interface Input {
  readonly keys: boolean;
  /** The next choice among the open ones; `quit` at the end of input, `interrupt` for Ctrl-C. */
  next(open: readonly ChoiceName[]): Promise<ChoiceName | "interrupt" | { readonly unknown: string }>;
  /** A line of the learner's own, `preset` to begin with where it can be edited; undefined: they thought better of it. */
  line(preset: string): Promise<string | undefined>;
  /** A yes or no. End of input is no. */
  confirm(): Promise<boolean>;
  close(): void;
}

const CTRL_C = "\x03";
const CTRL_D = "\x04";

/**
 * Keys of a terminal in raw mode. The terminal stays raw while a command runs: nothing is echoed into its output, what is
 * typed then is dropped (a second Enter must not run the next command), and only Ctrl-C is heard.
 */
export function createKeyInput(io: Io, echo: (word: string) => void, onInterrupt: () => void): Input {
  let waiting: ((key: string) => void) | undefined;
  const onData = (chunk: Buffer): void => {
    const text = chunk.toString("utf8");
    // Arrows and other function keys: one chunk that begins with ESC, and no choice of ours.
    if (text.startsWith("\x1b")) return;
    const [key = ""] = text.includes(CTRL_C) ? [CTRL_C] : text;
    if (waiting === undefined) {
      // Pressed twice in a hurry, both may come in one chunk; each counts.
      for (const typed of text) if (typed === CTRL_C) onInterrupt();
      return;
    }
    const take = waiting;
    waiting = undefined;
    take(key);
  };
  // Who waits for a key when there will be none any more must not wait for ever.
  const onGone = (): void => {
    waiting?.(CTRL_D);
    waiting = undefined;
  };
  io.stdin.on("end", onGone);
  const listen = (): void => {
    io.stdin.setRawMode(true);
    io.stdin.on("data", onData);
    io.stdin.resume();
  };
  listen();
  const readKey = (): Promise<string> =>
    new Promise((resolve) => {
      waiting = resolve;
    });
  return {
    keys: true,
    next: async (open) => {
      const key = await readKey();
      if (key === CTRL_C) return "interrupt";
      if (key === CTRL_D) return "quit";
      const word = key === "\r" || key === "\n" ? "" : key;
      const choice = choiceOf(word, open);
      if (choice !== undefined) echo(choice);
      return choice ?? { unknown: word };
    },
    line: async (preset) => {
      io.stdin.off("data", onData);
      const typed = await readLine(io, preset);
      listen();
      return typed;
    },
    confirm: async () => {
      const yes = (await readKey()).toLowerCase() === "y";
      echo(yes ? "yes" : "no");
      return yes;
    },
    close: () => {
      io.stdin.off("data", onData).off("end", onGone);
      io.stdin.setRawMode(false);
      io.stdin.pause();
      onGone();
    },
  };
}

/** One line with a line editor. Ctrl-C and Ctrl-D on it give it up. */
function readLine(io: Io, preset: string): Promise<string | undefined> {
  const editor = createInterface({ input: io.stdin, output: process.stdout, terminal: true });
  return new Promise((resolve) => {
    editor.on("SIGINT", () => editor.close());
    editor.on("close", () => resolve(undefined));
    editor.question("$ ", (typed) => {
      resolve(typed);
      editor.close();
    });
    editor.write(preset);
  });
}

/** Words, one a line, from whatever stdin is. Lines that came early wait for their turn. */
export function createWordInput(io: Io, echo: (line: string) => void): Input {
  const lines: string[] = [];
  let rest = "";
  let ended = false;
  let wake: (() => void) | undefined;
  const onData = (chunk: Buffer): void => {
    const parts = (rest + chunk.toString("utf8")).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    wake?.();
  };
  const onEnd = (): void => {
    ended = true;
    if (rest !== "") lines.push(rest);
    rest = "";
    wake?.();
  };
  io.stdin.on("data", onData).on("end", onEnd).on("error", onEnd);
  const readLine = async (): Promise<string | undefined> => {
    while (lines.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const line = lines.shift();
    // A terminal has echoed what was typed; from a pipe the record would lack it.
    if (line !== undefined && io.stdin.isTTY !== true) echo(line);
    return line;
  };
  return {
    keys: false,
    next: async (open) => {
      const line = await readLine();
      return line === undefined ? "quit" : (choiceOf(line, open) ?? { unknown: line.trim() });
    },
    line: readLine,
    confirm: async () => ["y", "yes"].includes(((await readLine()) ?? "").trim().toLowerCase()),
    close: () => {
      io.stdin.off("data", onData).off("end", onEnd).off("error", onEnd);
      io.stdin.pause();
      onEnd();
    },
  };
}
