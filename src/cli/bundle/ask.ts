import { execFile } from "node:child_process";

/** What a program gave; `ok` is false where it failed, was not there or took too long. */
export interface Answer {
  readonly ok: boolean;
  /** What it printed, and why it ended early. */
  readonly text: string;
  readonly stdout: string;
}

export interface AskOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly timeoutMs: number;
}

const MOST_BYTES = 8 * 1024 * 1024;

/** Run a program that only reads, within a time and a size. Never rejects. */
export function ask(argv: readonly [string, ...string[]], { env, cwd, timeoutMs }: AskOptions): Promise<Answer> {
  const [program, ...args] = argv;
  return new Promise((resolve) => {
    const options = { env, cwd, timeout: timeoutMs, maxBuffer: MOST_BYTES, killSignal: "SIGKILL" } as const;
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const why = error === null ? "" : `(${reasonOf(error, timeoutMs)})\n`;
      resolve({ ok: error === null, text: `${stdout}${stderr}${why}`, stdout });
    });
    child.stdin?.end();
  });
}

function reasonOf(error: Error & { code?: unknown; killed?: boolean }, timeoutMs: number): string {
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return `more than ${MOST_BYTES} bytes: the rest is not here`;
  if (error.killed) return `no answer within ${timeoutMs / 1000} s`;
  return `ended with ${String(error.code ?? error.message)}`;
}
