import type { Command, FileTarget } from "../lesson/index.ts";
import { parseTemplate } from "../text/index.ts";
import type { StepContext } from "./context.ts";
import type { StepVerdict } from "./verdict.ts";

/** Write a file block's text into the workspace, its variables filled in, and report it as a command is reported. */
export async function runFile(context: StepContext, command: Command, file: FileTarget): Promise<StepVerdict> {
  const { ports, step } = context;
  const { source, place, hidden } = command;
  const about = { lesson: context.lesson.id, step, place } as const;
  const began = ports.clock.now();
  ports.emit({ type: "command-start", at: began, ...about, source, file: file.path, ...(hidden && { hidden }) });
  const verdict = await writeFile(context, command, file);
  const at = ports.clock.now();
  const status = verdict.kind === "pass" ? 0 : undefined;
  const nothing = { output: "", totalBytes: 0, constrained: undefined } as const;
  ports.emit({ type: "command-end", at, ...about, status, durationMs: at - began, ...nothing });
  return verdict;
}

async function writeFile(context: StepContext, command: Command, file: FileTarget): Promise<StepVerdict> {
  const { ports, lesson, signal, session } = context;
  const { place } = command;
  if (signal.aborted) return { kind: "interrupted", place };
  const { text, unset } = await textOf(context, command.source, file);
  if (!session.alive) return { kind: "session-died", status: undefined, signal: undefined, place };
  if (unset.length > 0) {
    const names = unset.map((name) => `\`${name}\``).join(", ");
    const reason = `${names} ${unset.length === 1 ? "is" : "are"} not set in the session`;
    return { kind: "not-written", file: file.path, reason, place };
  }
  const written = await ports.writeFile(lesson, file.path, text);
  if (written.kind === "refused") return { kind: "not-written", file: file.path, reason: written.reason, place };
  if (written.replaced) {
    const said = `\`${file.path}\` was there with another text, which is replaced.`;
    ports.emit({ type: "note", at: ports.clock.now(), lesson: lesson.id, text: said });
  }
  return { kind: "pass" };
}

/** The text with its line end; `unset` are the variables that the session does not have. */
async function textOf(
  { session }: StepContext,
  source: string,
  { expand }: FileTarget,
): Promise<{ readonly text: string; readonly unset: readonly string[] }> {
  const whole = source === "" ? "" : `${source}\n`;
  if (!expand) return { text: whole, unset: [] };
  const parts = parseTemplate(whole);
  const names = [...new Set(parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])))];
  const values = names.length === 0 ? new Map<string, string>() : await session.variables(names);
  const texts = parts.map((part) =>
    part.kind === "text" ? part.text : part.kind === "variable" ? (values.get(part.name) ?? "") : "${",
  );
  return { text: texts.join(""), unset: names.filter((name) => !values.has(name)) };
}
