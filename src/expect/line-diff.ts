import { align, type Pairing } from "./align.ts";
import type { CompiledLine } from "./compiled-line.ts";
import type { DiffLine } from "./expectation.ts";
import type { FoundLines } from "./found-lines.ts";
import { noteFor } from "./notes.ts";
import { positionAt } from "./walk.ts";

/** Past this many pairs of lines only the place where the verdict stopped is aligned, with so many lines before it. */
const MAX_CELLS = 4_000_000;
const LINES_BEFORE = 200;

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The rows that show how an output differs from an expectation: equal beginnings and ends, and between them the
 * alignment with the fewest differences, so that one missing line does not turn the rest red. Past a bound only the
 * first difference is shown, with the lines before it; what lies outside counts as elided.
 */
export function diffLines(
  lines: readonly CompiledLine[],
  found: FoundLines,
  reached: { readonly found: number; readonly expected: number },
): DiffLine[] {
  const head = commonHead(lines, found);
  const tail = commonTail(lines, found, head);
  let expected: Span = { from: head, to: lines.length - tail };
  let actual: Span = { from: head, to: found.compared.length - tail };
  if ((expected.to - expected.from) * (actual.to - actual.from) > MAX_CELLS) {
    actual = { from: Math.max(head, reached.found - LINES_BEFORE), to: Math.min(actual.to, reached.found + 1) };
    const start = positionAt(lines, found.compared, actual.from) ?? head;
    expected = { from: start, to: Math.min(expected.to, reached.expected + 1) };
  }
  const rows: DiffLine[] = [];
  for (let index = 0; index < head; index++) rows.push(...rowsOf({ expected: index, found: index }, lines, found));
  rows.push({ kind: "elided", count: actual.from - head });
  const pairings = align(lines.slice(expected.from, expected.to), found.compared.slice(actual.from, actual.to));
  for (const pairing of pairings) rows.push(...rowsOf(shift(pairing, expected.from, actual.from), lines, found));
  rows.push({ kind: "elided", count: found.compared.length - tail - actual.to });
  for (let left = tail; left > 0; left--) {
    rows.push(...rowsOf({ expected: lines.length - left, found: found.compared.length - left }, lines, found));
  }
  return elide(rows);
}

/** Neighbouring elisions become one, empty ones go. */
export function elide(rows: readonly DiffLine[]): DiffLine[] {
  const result: DiffLine[] = [];
  for (const row of rows) {
    const last = result.at(-1);
    if (row.kind !== "elided") result.push(row);
    else if (last?.kind === "elided") result[result.length - 1] = { kind: "elided", count: last.count + row.count };
    else if (row.count > 0) result.push(row);
  }
  return result;
}

function commonHead(lines: readonly CompiledLine[], found: FoundLines): number {
  const most = Math.min(lines.length, found.compared.length);
  let count = 0;
  while (count < most && isFixed(lines[count], found.compared[count])) count++;
  return count;
}

function commonTail(lines: readonly CompiledLine[], found: FoundLines, head: number): number {
  const most = Math.min(lines.length, found.compared.length) - head;
  let count = 0;
  while (count < most && isFixed(lines.at(-1 - count), found.compared.at(-1 - count))) count++;
  return count;
}

function isFixed(line: CompiledLine | undefined, text: string | undefined): boolean {
  return line?.kind === "line" && !line.isOptional && text !== undefined && line.matches(text);
}

function shift(pairing: Pairing, expected: number, found: number): Pairing {
  return {
    expected: pairing.expected === undefined ? undefined : pairing.expected + expected,
    found: pairing.found === undefined ? undefined : pairing.found + found,
  };
}

function rowsOf(pairing: Pairing, lines: readonly CompiledLine[], found: FoundLines): readonly DiffLine[] {
  const compiled = pairing.expected === undefined ? undefined : lines[pairing.expected];
  const text = pairing.found === undefined ? undefined : (found.shown[pairing.found] ?? "");
  if (compiled?.kind === "elision") return text === undefined ? [] : [{ kind: "elided", count: 1 }];
  if (compiled?.line === undefined) return text === undefined ? [] : [{ kind: "unexpected", found: text }];
  return [lineRow(compiled, compiled.line, { text, compared: found.compared[pairing.found ?? -1] })].flat();
}

function lineRow(
  compiled: CompiledLine,
  line: NonNullable<CompiledLine["line"]>,
  found: { readonly text: string | undefined; readonly compared: string | undefined },
): DiffLine | readonly DiffLine[] {
  const about = { expected: line.source, place: line.place };
  if (found.text === undefined || found.compared === undefined) {
    if (compiled.isOptional) return [];
    const note = noteFor(compiled, undefined);
    return note === undefined ? { kind: "missing", ...about } : { kind: "missing", ...about, note };
  }
  if (compiled.matches(found.compared)) return { kind: "same", found: found.text, ...about };
  const note = noteFor(compiled, found.compared) ?? invisibleNote(line.source, found.text);
  const row = { kind: "changed" as const, found: found.text, ...about };
  return note === undefined ? row : { ...row, note };
}

function invisibleNote(expected: string, found: string): string | undefined {
  const visible = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, "");
  return visible(expected) === visible(found) ? "differs only in blanks or control characters" : undefined;
}
