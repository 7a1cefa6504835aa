import { spawn, spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { onTestFinished } from "vitest";
import { BIN, type CliRoom } from "./run-cli.ts";

/** Why there can be no terminal in tests here; undefined where there can. */
export const PTY_MISSING = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux")
  ? undefined
  : "`script` of util-linux is not on this machine";

/** The program in a terminal of its own: what it shows is waited for, then keys are pressed. */
export interface Pty {
  /** All that the terminal was sent so far, byte for byte. */
  readonly bytes: string;
  /** The same as text: no colour, no line editor at work; line ends are `\n`. */
  readonly shown: string;
  /** Wait for a text that has not been waited past yet; gives what was shown up to its end. */
  until(text: string): Promise<string>;
  press(keys: string): void;
  /** The terminal is closed, as when its window is. */
  hangUp(): void;
  /** The exit code, when the program has ended. */
  readonly ended: Promise<number | null>;
}

export interface PtyOptions {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A file that the program and all it starts hold open for writing. */
  readonly hold?: string;
}

/** A safety net that says what was waited for; no test counts on it. */
const PATIENCE_MS = 20_000;

/** Run the program in a pseudo terminal. */
export function openPty(room: CliRoom, args: readonly string[], options: PtyOptions = {}): Pty {
  return openCommand(room, [process.execPath, BIN, ...args], options);
}

/** Run any command in a pseudo terminal that util-linux's `script` makes. */
export function openCommand(
  room: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
  command: readonly string[],
  { columns = 80, env = {}, hold }: PtyOptions = {},
): Pty {
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const line = `stty cols ${columns} rows 24; ${hold === undefined ? "" : `exec 9>'${hold}'; `}exec ${words.join(" ")}`;
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
    cwd: room.folder,
    env: { ...room.env, SHELL: "/bin/sh", TERM: "xterm", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let bytes = "";
  let shown = "";
  let seen = 0;
  let over = false;
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of [...waiting]) one();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    bytes += text;
    shown = stripVTControlCharacters(bytes).replaceAll("\r\n", "\n");
    look();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", (code) => {
      over = true;
      look();
      resolve(code);
    });
  });
  // What is pressed when the program has just ended reaches nobody.
  child.stdin.on("error", () => {});
  const until = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        waiting.delete(check);
        clearTimeout(net);
        end();
      };
      const check = (): void => {
        const at = shown.indexOf(text, seen);
        if (at !== -1) {
          const from = seen;
          seen = at + text.length;
          settle(() => resolve(shown.slice(from, seen)));
        } else if (over)
          settle(() => reject(new Error(`the program ended before it showed ${JSON.stringify(text)}:\n${shown}`)));
      };
      const net = setTimeout(
        () =>
          settle(() =>
            reject(new Error(`${JSON.stringify(text)} was not shown; since the last wait:\n${shown.slice(seen)}`)),
          ),
        PATIENCE_MS,
      );
      waiting.add(check);
      check();
    });
  return {
    get bytes() {
      return bytes;
    },
    get shown() {
      return shown;
    },
    until,
    press: (keys) => void child.stdin.write(keys),
    // `script` itself outlives a HUP; with its end the terminal is gone, and the kernel says so to whoever sat at it.
    hangUp: () => void child.kill("SIGKILL"),
    ended,
  };
}
