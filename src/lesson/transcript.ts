import type { SourceLine } from "../expect/index.ts";
import type { Findings } from "./findings.ts";
import type { ExitRule } from "./lesson.ts";
import { scanShell } from "./shell-syntax.ts";

/** One command of a transcript: its lines without prompts, what it prints, and its exit rule. */
export interface Exchange {
  readonly command: readonly SourceLine[];
  readonly output: readonly SourceLine[];
  readonly exit: ExitRule | undefined;
}

/**
 * The format of a `console` block: a command after `$ `, going on after `> ` while bash would still wait for more; the
 * lines up to the next `$ ` are its output, of which a last line `[N]` says that it exits with N.
 */
export function parseTranscript(body: readonly SourceLine[], findings: Findings): readonly Exchange[] {
  const exchanges: Exchange[] = [];
  let position = body.findIndex((line) => line.text.trim() !== "");
  const first = body[position];
  if (first === undefined) return [];
  if (!isPrompt(first)) {
    const message = `\`${first.text.trim()}\` begins a transcript, expected a command after \`$ \``;
    findings.addAt("LI013", first.place, message, "write `$ ` before each command; use `output` for an output alone");
    return [];
  }
  while (position < body.length) {
    const command = readCommand(body, position, findings);
    const start = position + command.length;
    position = endOfOutput(body, start);
    exchanges.push({ command, ...readOutput(body.slice(start, position)) });
  }
  return exchanges.filter(({ command }) => command.some((line) => line.text.trim() !== ""));
}

function endOfOutput(body: readonly SourceLine[], start: number): number {
  let end = start;
  for (let line = body[end]; line !== undefined && !isPrompt(line); line = body[end]) end++;
  return end;
}

function isPrompt({ text }: SourceLine): boolean {
  return text.startsWith("$ ") || text === "$";
}

function isContinuation(line: SourceLine | undefined): boolean {
  return line !== undefined && (line.text.startsWith("> ") || line.text.trimEnd() === ">");
}

function readCommand(body: readonly SourceLine[], start: number, findings: Findings): readonly SourceLine[] {
  let end = start + 1;
  while (isContinuation(body[end])) end++;
  const lines = body.slice(start, end).map(withoutPrompt);
  const first = lines[0];
  const { completeAt } = scanShell(lines.map((line) => line.text).join("\n"));
  const length = completeAt === undefined ? lines.length : countLines(lines, completeAt);
  if (first !== undefined && first.text.trim() === "") {
    findings.addAt("LI013", first.place, "A prompt has no command after it, expected one", "remove the line");
  } else if (first !== undefined && completeAt === undefined) {
    const message = `The command \`${first.text}\` is incomplete, expected it to go on after \`> \``;
    findings.addAt("LI014", first.place, message, "close its quote, bracket or here-document");
  }
  return lines.slice(0, length);
}

function withoutPrompt({ text, place }: SourceLine): SourceLine {
  const length = Math.min(2, text.length);
  const moved = { ...place, column: place.column + length, offset: place.offset + length };
  return { text: text.slice(length), place: moved };
}

function countLines(lines: readonly SourceLine[], offset: number): number {
  let [count, end] = [0, -1];
  while (count < lines.length && end < offset) end += (lines[count++]?.text.length ?? 0) + 1;
  return count;
}

function readOutput(lines: readonly SourceLine[]): Pick<Exchange, "output" | "exit"> {
  const last = lines.findLastIndex((line) => line.text.trim() !== "");
  const status = /^\[(\d{1,3})\]\s*$/.exec(lines[last]?.text ?? "")?.[1];
  if (last === -1) return { output: [], exit: undefined };
  if (status === undefined || Number(status) > 255) return { output: lines.slice(0, last + 1), exit: undefined };
  const output = lines.slice(0, last);
  const hasText = output.some((line) => line.text.trim() !== "");
  return { output: hasText ? output : [], exit: { kind: "status", status: Number(status) } };
}
