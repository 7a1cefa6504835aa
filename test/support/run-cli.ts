import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The built program (`npm run build` comes first), or an installed one that LEARN_ISTIO_BIN names. */
export const BIN = process.env.LEARN_ISTIO_BIN ?? path.resolve(import.meta.dirname, "../../src/cli/bin.cjs");

/** What a call of the program came to, with everything that differs between machines and runs named. */
export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

export interface CliOptions {
  /** Written to stdin, then it ends. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A folder of its own with state and cache inside, and the program run in it. */
export interface CliRoom {
  readonly folder: string;
  /** What the program sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  write(files: Readonly<Record<string, string>>): void;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  remove(): void;
}

export function openCliRoom(files: Readonly<Record<string, string>> = {}): CliRoom {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "cli-")));
  const folder = path.join(root, "work");
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(more)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  };
  mkdirSync(folder);
  write(files);
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: path.join(root, "home"),
    XDG_STATE_HOME: path.join(root, "state"),
    XDG_CACHE_HOME: path.join(root, "cache"),
  };
  return {
    folder,
    env,
    write,
    run: (args, options = {}) => runCli(args, folder, { ...env, ...options.env }, options, root),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function runCli(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  { stdin, signal }: CliOptions,
  root: string,
): Promise<CliResult> {
  return new Promise((resolve) => {
    const options = { cwd, env, ...(signal && { signal }), maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [BIN, ...args], options, (_error, stdout, stderr) => {
      resolve({ stdout: normalise(stdout, root), stderr: normalise(stderr, root), code: child.exitCode });
    });
    // Who does not read on is no fault of the test.
    child.stdin?.on("error", () => {});
    child.stdin?.end(stdin ?? "");
  });
}

/** Folders, durations, dates and the pids of a run, named; nothing else is touched. */
export function normalise(text: string, root: string): string {
  return text
    .replaceAll(root, "<root>")
    .replaceAll(/\/tmp\/learn-istio-\w+/g, "<temporary>")
    .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "<date>")
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, "<day>")
    .replaceAll(/\b(?:\d+(?:\.\d+)?(?:ms|s)|\d+m \d+s)(?=$|[\s),.:])/gm, "<duration>");
}
