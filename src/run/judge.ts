import type { Place } from "../diagnostics/index.ts";
import type { Command, ExitRule } from "../lesson/index.ts";
import type { BlockEnd, FailedCommand } from "../shell/index.ts";
import type { StepVerdict } from "./verdict.ts";

/**
 * The verdict on how a command ended, before its output is looked at. Undefined: it ended as its exit rule asks.
 * Places are lines of the lesson file.
 */
export function judgeEnd(command: Command, end: BlockEnd): StepVerdict | undefined {
  switch (end.kind) {
    case "exited":
      return meetsRule(command.exit, end.status) ? undefined : wrongExit(command, end);
    case "syntax-error":
      return { kind: "syntax-error", place: placeInCommand(command, end.line), message: end.message };
    case "timeout":
      return { kind: "timeout", afterMs: end.afterMs, place: command.place };
    case "interrupted":
      return { kind: "interrupted", place: command.place };
    case "session-died":
      return { kind: "session-died", status: end.status, signal: end.signal, place: command.place };
  }
}

/** Whether an exit status is what the rule asks for. */
export function meetsRule(rule: ExitRule, status: number): boolean {
  return rule.kind === "nonzero" ? status !== 0 : status === rule.status;
}

/** The status that a command was to have, in words: `0`, `3`, `nonzero`. */
function describeRule(rule: ExitRule): string {
  return rule.kind === "nonzero" ? "nonzero" : String(rule.status);
}

/** The place of the nth line (from 1) of a command's source. */
function placeInCommand(command: Command, line: number | undefined): Place {
  const last = command.source.split("\n").length;
  const within = Math.min(Math.max(line ?? 1, 1), last);
  return within === 1 ? command.place : { ...command.place, line: command.place.line + within - 1 };
}

function wrongExit(command: Command, end: BlockEnd & { readonly kind: "exited" }): StepVerdict {
  return {
    kind: "wrong-exit",
    expected: describeRule(command.exit),
    actual: end.status,
    place: placeInCommand(command, end.failedAt?.line),
    command: failingText(command, end.failedAt),
  };
}

/** Bash names the last command of a pipeline, whichever of them failed: the whole line says more, and nothing wrong. */
function failingText({ source }: Command, failedAt: FailedCommand | undefined): string {
  if (failedAt === undefined) return source.trimEnd();
  const line = source.split("\n")[failedAt.line - 1]?.trim() ?? "";
  const isPipeline = /(^|[^|])\|([^|]|$)/.test(line);
  return isPipeline && line.includes(failedAt.command) ? line : failedAt.command;
}
