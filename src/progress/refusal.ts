import { EnvironmentError } from "../diagnostics/index.ts";

/** What to do about the machine's usual reasons to refuse a file, by errno. */
const HINTS: Readonly<Record<string, string>> = {
  EACCES: "Give yourself write access to it, or set `XDG_STATE_HOME` to a folder that you own.",
  EDQUOT: "Your disk quota is used up: free some space, then start again. Nothing that was recorded is lost.",
  EFBIG: "The file may not grow further (`ulimit -f`). Nothing that was recorded is lost.",
  EIO: "The disk reports an error. Set `XDG_STATE_HOME` to a folder on another one.",
  EISDIR: "A folder stands where a file belongs: move it away.",
  ENOSPC: "The disk is full: free some space, then start again. Nothing that was recorded is lost.",
  ENOTDIR: "A file stands where a folder belongs: move it away, or set `XDG_STATE_HOME` to another folder.",
  EPERM: "Give yourself write access to it, or set `XDG_STATE_HOME` to a folder that you own.",
  EROFS: "The file system is read-only: set `XDG_STATE_HOME` to a folder that can be written.",
};

/** A failed file operation as an EnvironmentError: what could not be done, where, why, and what to do next. */
export function refusal(action: string, path: string, cause: unknown): EnvironmentError {
  const code = errnoOf(cause);
  const why = cause instanceof Error ? cause.message : String(cause);
  const hint = (code && HINTS[code]) ?? "Set `XDG_STATE_HOME` to another folder to go on there.";
  return new EnvironmentError(`Cannot ${action} \`${path}\`: ${why}`, { hint, cause });
}

/** `ENOENT` and the like, where an error has one. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
