import { createHash } from "node:crypto";
import type { Check, Command, Step } from "./lesson.ts";

/** Digits of the hash: enough to tell a course's steps apart, short enough for a log line. */
const DIGITS = 16;

/** Hash of what a step runs and asserts, without places, prose, limits of time and how often a check looks. */
export function contentHash(step: Pick<Step, "commands" | "checks" | "solution" | "manual">): string {
  const content = {
    commands: step.commands.map(commandContent),
    checks: step.checks.map(checkContent),
    solution: step.solution === undefined ? undefined : commandContent(step.solution),
    manual: step.manual?.markdown,
  };
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, DIGITS);
}

function commandContent(command: Command): unknown {
  const { source, exit, stream, tty, condition, expectations, file, host, background, stop } = command;
  const expected = expectations.map(({ mode, source: text, unordered, shares }) => {
    // What is undefined leaves no trace in JSON: hashes of what goes without these keys stay what they were.
    return { mode, source: text, unordered, weights: shares?.map((share) => share.weight) };
  });
  return { source, exit, stream, tty, condition, expected, file, host, background, stop };
}

function checkContent({ predicate, diagnoses, times }: Omit<Check, "id">): unknown {
  return { predicate: commandContent(predicate), diagnoses: diagnoses.map(commandContent), times };
}
