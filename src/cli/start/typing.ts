import { type Command, type Step, scanShell } from "../../lesson/index.ts";
import type { LessonRun } from "../../run/index.ts";
import type { BlockEnd } from "../../shell/index.ts";
import type { View } from "./view.ts";

/** What a learner typed may run as long as they let it; Ctrl-C ends it. */
const TYPED_TIMEOUT_MS = 60 * 60 * 1000;

/**
 * Run what a learner typed where checks judge: whatever it is, however it ends. It is no command of the lesson, so nothing
 * is expected of it and no evidence is taken; the checks say what it came to.
 */
export async function runTyped(run: LessonRun, view: View, step: Step, source: string, signal: AbortSignal) {
  const emit = (text: string): void => view.accept({ type: "output", lesson: run.lesson.id, step: step.id, text });
  const block = { source, mode: "act", timeoutMs: TYPED_TIMEOUT_MS, stream: "both", signal, onOutput: emit } as const;
  const { end } = await run.session.run(block);
  const said = describeEnd(end);
  if (said !== undefined) view.sentence(said, "  ");
  return end;
}

function describeEnd(end: BlockEnd): string | undefined {
  switch (end.kind) {
    case "exited":
      return end.status === 0 ? undefined : `(ended with status ${end.status})`;
    case "syntax-error":
      return `This is not valid bash, so nothing was run: ${end.message.trim()}`;
    case "interrupted":
      return "interrupted";
    case "timeout":
      return "It ran for an hour and was ended.";
    case "session-died":
      return undefined;
  }
}

/** What a step runs, its files left out. */
export function commandsOf(step: Step): readonly Command[] {
  return step.commands.filter(({ file }) => file === undefined);
}

/** The step, files and all, with what was typed in place of its one command: expected of it is what the lesson expects. */
export function withCommand(step: Step, source: string): Step {
  return { ...step, commands: step.commands.map((one) => (one.file === undefined ? { ...one, source } : one)) };
}

/** Bash would wait for more: an open quote, a here-document, a `do` without its `done`. */
export function isIncomplete(source: string): boolean {
  return scanShell(source).completeAt === undefined;
}

/** Whether the lesson wants the learner's own fingers to do this step. */
export function asksToType(step: Step): boolean {
  return commandsOf(step).some(({ typed }) => typed === true);
}
