import type { Edit, Expectation } from "../expect/index.ts";

/** One expectation's edits. `inTranscript`: what begins like a prompt or a status needs an escape. */
export interface ExpectationEdits {
  readonly expectation: Expectation;
  readonly inTranscript: boolean;
  readonly edits: readonly Edit[];
}

/** A line of a file before and after; a line that goes has none after, one that comes none before. */
export interface LineChange {
  /** From 1: the line it stands at, or the one before which it comes. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface EditedText {
  readonly text: string;
  readonly changes: readonly LineChange[];
}

interface LineWork {
  readonly text: string;
  readonly end: string;
  readonly before: string[];
  readonly after: string[];
  isGone: boolean;
  replacement: string | undefined;
}

/** Apply edits to a file's text. Every other line stays as it is, byte by byte; new lines end and begin as their neighbours. */
export function editLines(text: string, all: readonly ExpectationEdits[]): EditedText {
  const lines = linesOf(text);
  for (const { expectation, inTranscript, edits } of all) {
    const prefix = prefixOf(expectation, lines);
    const guard = (body: string): string => (inTranscript ? guarded(body) : body);
    for (const edit of edits.toSorted(byPlaceFromTheEnd)) applyEdit(edit, lines, (body) => joined(prefix, guard(body)));
  }
  const newline = lines.find(({ end }) => end !== "")?.end ?? "\n";
  return { text: lines.map((line) => written(line, newline)).join(""), changes: changesOf(lines) };
}

function linesOf(text: string): LineWork[] {
  const parts = text.split(/(\r\n|\n|\r)/);
  const lines: LineWork[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const line = { text: parts[at] ?? "", end: parts[at + 1] ?? "", before: [], after: [] };
    lines.push({ ...line, isGone: false, replacement: undefined });
  }
  return lines;
}

/** Values on one line are replaced from its end, so that the columns before them hold. */
function byPlaceFromTheEnd(a: Edit, b: Edit): number {
  const offset = (edit: Edit): number => (edit.kind === "value" ? edit.place.offset : edit.line.place.offset);
  return offset(b) - offset(a);
}

function applyEdit(edit: Edit, lines: readonly LineWork[], write: (body: string) => string): void {
  const place = edit.kind === "value" ? edit.place : edit.line.place;
  const line = lines[place.line - 1];
  if (line === undefined) return;
  switch (edit.kind) {
    case "replace":
      line.replacement = write(edit.text);
      return;
    case "delete":
      line.isGone = true;
      return;
    case "insert":
      line[edit.where].push(...edit.texts.map(write));
      return;
    case "value": {
      const start = place.column - 1;
      const now = line.replacement ?? line.text;
      line.replacement = now.slice(0, start) + edit.text + now.slice(start + place.endOffset - place.offset);
    }
  }
}

/** What stands before a body's lines: the indentation of lists, the marks of quotes. */
function prefixOf({ lines }: Expectation, all: readonly LineWork[]): string {
  const line = lines.find(({ source }) => source.trim() !== "") ?? lines[0];
  if (line === undefined) return "";
  return all[line.place.line - 1]?.text.slice(0, line.place.column - 1) ?? "";
}

function joined(prefix: string, body: string): string {
  return body === "" ? prefix.trimEnd() : prefix + body;
}

function guarded(body: string): string {
  return /^(?:\$(?: |$)|> |\[\d{1,3}\]\s*$)/.test(body) ? `\\${body}` : body;
}

function written(line: LineWork, newline: string): string {
  const own = line.isGone ? [] : [line.replacement ?? line.text];
  const all = [...line.before, ...own, ...line.after];
  if (all.length === 0) return "";
  // The last line of a file may have no end: what comes before it has one all the same.
  return (
    all
      .slice(0, -1)
      .map((one) => one + (line.end || newline))
      .join("") +
    (all.at(-1) ?? "") +
    line.end
  );
}

function changesOf(lines: readonly LineWork[]): readonly LineChange[] {
  return lines.flatMap((line, index): LineChange[] => {
    const at = index + 1;
    const changed = line.isGone ? [] : [line.replacement ?? line.text];
    const isSame = !line.isGone && changed[0] === line.text;
    return [
      ...(line.before.length > 0 ? [{ line: at, before: [], after: line.before }] : []),
      ...(isSame ? [] : [{ line: at, before: [line.text], after: changed }]),
      ...(line.after.length > 0 ? [{ line: at + 1, before: [], after: line.after }] : []),
    ];
  });
}
