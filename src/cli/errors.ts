import { EnvironmentError, UsageError } from "../diagnostics/index.ts";
import type { Problem } from "../report/index.ts";
import { showHidden } from "../text/index.ts";

/** 0 all right · 1 a verdict failed · 2 wrong usage · 3 a lesson is written wrongly · 4 the machine refuses · 70 our bug · 130 interrupted · 141 nobody reads on. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  findings: 3,
  environment: 4,
  bug: 70,
  interrupted: 130,
  unread: 141,
} as const;

/** Where several hold, the first of these wins. */
const RANK: readonly number[] = [EXIT.bug, EXIT.interrupted, EXIT.environment, EXIT.findings, EXIT.usage, EXIT.failed];

/** The exit code of a command whose parts ended with these. */
export function worst(codes: readonly number[]): number {
  return RANK.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/** A course or lesson is written wrongly, and a command cannot go on. Ends it with exit code 3. */
export class AuthorError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "AuthorError";
    this.hint = hint;
  }
}

/** System errors that are the machine's, with the words a person understands. */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "the disk quota is used up",
  EMFILE: "too many open files",
  ENOSPC: "the disk is full",
  EPERM: "not permitted",
  EIO: "the disk reports an error",
  EISDIR: "a folder stands where a file belongs",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "it is not there, and cannot be made",
  ENOTDIR: "a file stands where a folder belongs",
  EROFS: "the file system is read-only",
};

/** One sentence for what ended a command, and its exit code. A trace only for LEARN_ISTIO_DEBUG. */
export function reportError(
  error: unknown,
  stderr: { write(text: string): unknown },
  env: Readonly<Record<string, string | undefined>>,
): number {
  const { message, hint, code } = explain(error);
  // Names in it may be other people's, and must not act on the terminal or read other than they are.
  stderr.write(showHidden(`learn-istio: ${message}\n${hint === undefined ? "" : `  hint: ${hint}\n`}`));
  if (env.LEARN_ISTIO_DEBUG && error instanceof Error) stderr.write(`${error.stack ?? ""}\n`);
  return code;
}

/** The same for a report: what ended a command, and whose matter it is. */
export function problemOf(error: unknown, wasInterrupted: boolean): Problem {
  if (wasInterrupted) return { kind: "interrupted", message: "The run was interrupted." };
  const { message, hint, code } = explain(error);
  return { kind: KINDS[code] ?? "bug", message, ...(hint !== undefined && { hint }) };
}

/** The exit code of a command that an error ended. */
export function codeOfError(error: unknown, wasInterrupted: boolean): number {
  return wasInterrupted ? EXIT.interrupted : explain(error).code;
}

const KINDS: Readonly<Record<number, Problem["kind"]>> = {
  [EXIT.usage]: "usage",
  [EXIT.findings]: "course",
  [EXIT.environment]: "environment",
};

/** What was to be printed could not be: one sentence, exit code 4. */
export function reportOutputError(error: NodeJS.ErrnoException, stderr: { write(text: string): unknown }): number {
  const why = SYSTEM[error.code ?? ""] ?? error.message;
  stderr.write(`learn-istio: The output cannot be written: ${why}.\n  hint: Let it go elsewhere, and try again.\n`);
  return EXIT.environment;
}

function explain(error: unknown): { message: string; hint: string | undefined; code: number } {
  if (error instanceof UsageError) return { message: error.message, hint: error.hint, code: EXIT.usage };
  if (error instanceof AuthorError) return { message: error.message, hint: error.hint, code: EXIT.findings };
  if (error instanceof EnvironmentError) return { message: error.message, hint: error.hint, code: EXIT.environment };
  const system = error as Partial<NodeJS.ErrnoException>;
  const words = SYSTEM[system.code ?? ""];
  if (words !== undefined && system.path !== undefined) {
    const hint =
      system.syscall === "mkdtemp"
        ? "Set TMPDIR to a folder that can be written."
        : "Make it writable, or set XDG_STATE_HOME and XDG_CACHE_HOME to folders that are.";
    return { message: `\`${system.path}\`: ${words}.`, hint, code: EXIT.environment };
  }
  if (words !== undefined)
    return { message: `The machine refused: ${words}.`, hint: undefined, code: EXIT.environment };
  return {
    message: `This is a bug in learn-istio: ${error instanceof Error ? error.message : String(error)}`,
    hint: "Please report it, with the output of the same command under `LEARN_ISTIO_DEBUG=1`.",
    code: EXIT.bug,
  };
}
