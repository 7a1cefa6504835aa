import { EnvironmentError } from "../diagnostics/index.ts";
import type { Options } from "./options.ts";
import { openStdout } from "./stdout.ts";

/** What a command sees of the process: streams, environment, time. The only way to them. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Columns to write in, between 40 and 100; 80 where there is no terminal. */
  readonly width: number;
  /** Keys can be read and prompts shown: stdin and stdout are a terminal, and nobody asked for the plain form. */
  readonly interactive: boolean;
  readonly colour: boolean;
  /** Aborted by the first Ctrl-C, TERM or HUP, and when nobody reads stdout any more. A second one ends at once. */
  readonly signal: AbortSignal;
  now(): number;
  /** Data, to stdout. */
  print(text: string): void;
  /** Talk, to stderr. */
  say(text: string): void;
  /** Resolves when all data has left this process. */
  flush(): Promise<void>;
  interrupted(): boolean;
  /** Whoever read stdout (or stderr) has left: a run was given up for it. */
  unread(): boolean;
  /** Why stdout takes no more (a full disk under `> file`); undefined while it does, and when its reader just left. */
  outputError(): Error | undefined;
  /** Take Ctrl-C over (a lesson's own loop does); the returned function gives it back. */
  onInterrupt(handler: (signal: NodeJS.Signals) => void): () => void;
}

/** Read the process once. Errors: a working directory that is gone. */
export function createIo(proc: NodeJS.Process, options: Options): Io {
  const abort = new AbortController();
  const handlers: ((signal: NodeJS.Signals) => void)[] = [];
  let stdoutClosed = false;
  let outputError: Error | undefined;
  let interrupted = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    const handler = handlers.at(-1);
    if (handler !== undefined) {
      handler(signal);
      return;
    }
    if (interrupted) proc.exit(130);
    interrupted = true;
    abort.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) proc.on(signal, onSignal);
  const onClosed = (stream: "stdout" | "stderr", error: NodeJS.ErrnoException): void => {
    // `learn-istio list | head -1`: nobody reads on. Not an error, but nothing to go on for either.
    if (error.code !== "EPIPE" && stream === "stdout") outputError ??= error;
    stdoutClosed = true;
    abort.abort();
  };
  const stdout = openStdout(proc, (error) => onClosed("stdout", error));
  // Stdin and stderr take time to open: only who uses them has them.
  let stderr: NodeJS.WriteStream | undefined;
  const terminal = stdout.isTerminal && proc.stdin.isTTY === true;
  const plain = options.plain === true || isSet(proc.env.ACCESSIBLE) || proc.env.TERM === "dumb";
  return {
    get stdin() {
      return proc.stdin;
    },
    env: proc.env,
    cwd: workingDirectory(proc),
    width: Math.max(40, Math.min(100, stdout.columns ?? 80)),
    interactive: terminal && !plain,
    colour: stdout.isTerminal && !plain && !isSet(proc.env.NO_COLOR),
    signal: abort.signal,
    now: () => Date.now(),
    print: (text) => {
      if (!stdoutClosed) stdout.write(text);
    },
    flush: () => stdout.flush(),
    say: (text) => {
      stderr ??= proc.stderr.on("error", (error) => onClosed("stderr", error));
      stderr.write(text);
    },
    interrupted: () => interrupted,
    unread: () => stdoutClosed && outputError === undefined,
    outputError: () => outputError,
    onInterrupt: (handler) => {
      handlers.push(handler);
      return () => void handlers.splice(handlers.indexOf(handler), 1);
    },
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

function workingDirectory(proc: NodeJS.Process): string {
  try {
    return proc.cwd();
  } catch (cause) {
    throw new EnvironmentError("The working directory is gone.", { hint: "`cd` into a folder that exists.", cause });
  }
}
