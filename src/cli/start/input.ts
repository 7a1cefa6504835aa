import { createInterface } from "node:readline";
import type { Io } from "../io.ts";
import { type ChoiceName, choiceOf } from "./choices.ts";

/** What was chosen: an open choice, Ctrl-C, or something that is none. */
export type Chosen = ChoiceName | "interrupt" | { readonly unknown: string };

/** Where a learner's choices come from: single keys of a terminal, or typed words, line by line. */
export interface Input {
  readonly keys: boolean;
  /** The next choice among the open ones; `quit` at the end of input, `interrupt` for Ctrl-C. */
  next(open: readonly ChoiceName[]): Promise<Chosen>;
  /** The same, but undefined once the signal fires: then nothing of what comes is taken. */
  nextUntil(open: readonly ChoiceName[], signal: AbortSignal): Promise<Chosen | undefined>;
  /** A line of the learner's own; undefined: they thought better of it. */
  line(about: LineAbout): Promise<string | undefined>;
  /** A yes or no. End of input is no. */
  confirm(): Promise<boolean>;
  /** Leave the terminal to another program while `work` lasts. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** What a line is asked with. */
export interface LineAbout {
  /** Shown where the line can be edited; elsewhere whoever asks has shown it. */
  readonly prompt: string;
  /** What stands there to begin with, where it can be edited. */
  readonly preset?: string;
  /** Whether what was typed so far needs another line. */
  readonly goesOn?: (typed: string) => boolean;
}

const CTRL_C = "\x03";
const CTRL_D = "\x04";
/** `ESC [ A`, `ESC O P`, Alt with a letter, or the key Esc alone. */
const FUNCTION_KEY = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\x03\x04])?/g;

/**
 * Keys of a terminal in raw mode. The terminal stays raw while a command runs: nothing is echoed into its output, what is
 * typed then is dropped (a second Enter must not run the next command), and only Ctrl-C is heard. `functionKeys`: which of
 * them stand for a key of ours; the others stand for none.
 */
export function createKeyInput(
  io: Io,
  echo: (word: string) => void,
  onInterrupt: () => void,
  functionKeys: Readonly<Record<string, string>> = {},
): Input {
  let waiting: ((key: string) => void) | undefined;
  /** Ctrl-C pressed again in one burst with the one that is being heard. */
  let burst = 0;
  const onData = (chunk: Buffer): void => {
    // Arrows and other function keys are no choice of ours; what comes in one chunk with them may be.
    const text = chunk.toString("utf8").replaceAll(FUNCTION_KEY, (sent) => functionKeys[sent] ?? "");
    if (text === "") return;
    const [key = ""] = text.includes(CTRL_C) ? [CTRL_C] : text;
    if (waiting === undefined) {
      // Pressed twice in a hurry, both may come in one chunk; each counts.
      for (const typed of text) if (typed === CTRL_C) onInterrupt();
      return;
    }
    const take = waiting;
    waiting = undefined;
    if (key === CTRL_C) burst = text.split(CTRL_C).length - 2;
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
  function readKey(): Promise<string>;
  function readKey(signal: AbortSignal): Promise<string | undefined>;
  function readKey(signal?: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve(undefined);
      if (burst > 0) {
        burst -= 1;
        return resolve(CTRL_C);
      }
      const giveUp = (): void => {
        waiting = undefined;
        resolve(undefined);
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      waiting = (key) => {
        signal?.removeEventListener("abort", giveUp);
        resolve(key);
      };
    });
  }
  const lend = async <T>(work: () => Promise<T>): Promise<T> => {
    io.stdin.off("data", onData);
    io.stdin.setRawMode(false);
    io.stdin.pause();
    try {
      return await work();
    } finally {
      listen();
    }
  };
  const chosen = (key: string, open: readonly ChoiceName[]): Chosen => {
    if (key === CTRL_C) return "interrupt";
    if (key === CTRL_D) return "quit";
    const word = key === "\r" || key === "\n" ? "" : key;
    const choice = choiceOf(word, open);
    if (choice !== undefined) echo(choice);
    // A digit begins a number, which is asked for on a line of its own.
    else if (/^[^\p{C}\p{Z}\d]$/u.test(word)) echo(word);
    return choice ?? { unknown: word };
  };
  return {
    keys: true,
    next: async (open) => chosen(await readKey(), open),
    nextUntil: async (open, signal) => {
      const key = await readKey(signal);
      return key === undefined ? undefined : chosen(key, open);
    },
    line: (about) => lend(() => readLine(io, about)),
    confirm: async () => {
      const yes = (await readKey()).toLowerCase() === "y";
      echo(yes ? "yes" : "no");
      return yes;
    },
    lend,
    close: () => {
      io.stdin.off("data", onData).off("end", onGone);
      io.stdin.setRawMode(false);
      io.stdin.pause();
      onGone();
    },
  };
}

/** One line (or as many as it needs) with a line editor. Ctrl-C and Ctrl-D give it up. */
function readLine(io: Io, { prompt, preset = "", goesOn = () => false }: LineAbout): Promise<string | undefined> {
  const editor = createInterface({ input: io.stdin, output: process.stdout, terminal: true, prompt });
  let typed = "";
  return new Promise((resolve) => {
    editor.on("SIGINT", () => editor.close());
    editor.on("close", () => resolve(undefined));
    editor.on("line", (line) => {
      typed += line;
      if (goesOn(typed)) {
        typed += "\n";
        editor.setPrompt("> ");
        editor.prompt();
        return;
      }
      resolve(typed);
      editor.close();
    });
    editor.prompt();
    editor.write(preset);
  });
}

/**
 * Words, one a line, from whatever stdin is. Lines that came early wait for their turn. A terminal has shown what was typed
 * and ended its line, which `typed` is told; what comes from a pipe is echoed, or the record would lack it.
 */
export function createWordInput(io: Io, echo: (line: string) => void, typed: () => void): Input {
  const lines: string[] = [];
  let rest = "";
  // Words may have been asked for before, up to their end.
  let ended = io.stdin.readableEnded;
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
  // A question that was asked before has left it paused.
  io.stdin.resume();
  const readLine = async (signal?: AbortSignal): Promise<string | undefined> => {
    signal?.addEventListener("abort", () => wake?.(), { once: true });
    while (lines.length === 0 && !ended) {
      if (signal?.aborted === true) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const line = lines.shift();
    if (line === undefined) return undefined;
    if (io.stdin.isTTY === true) typed();
    else echo(line);
    return line;
  };
  return {
    keys: false,
    next: async (open) => {
      const line = await readLine();
      return line === undefined ? "quit" : (choiceOf(line, open) ?? { unknown: line.trim() });
    },
    line: async ({ goesOn = () => false }) => {
      let typed = await readLine();
      while (typed !== undefined && goesOn(typed)) {
        const more = await readLine();
        // What never comes to its end is not run by halves.
        if (more === undefined) return undefined;
        typed += `\n${more}`;
      }
      return typed;
    },
    lend: (work) => work(),
    nextUntil: async (open, signal) => {
      const line = await readLine(signal);
      if (line === undefined) return ended ? "quit" : undefined;
      return choiceOf(line, open) ?? { unknown: line.trim() };
    },
    confirm: async () => ["y", "yes"].includes(((await readLine()) ?? "").trim().toLowerCase()),
    close: () => {
      io.stdin.off("data", onData).off("end", onEnd).off("error", onEnd);
      io.stdin.pause();
      const left = lines.splice(0).map((line) => `${line}\n`);
      // What was typed ahead is for whoever asks next.
      if (!ended && left.length > 0) io.stdin.unshift(Buffer.from(left.join("") + rest));
      rest = "";
      onEnd();
    },
  };
}
