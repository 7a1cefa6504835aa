import { assign } from "../assign.ts";
import type { CompiledLine } from "../compiled-line.ts";
import type { DiffLine, MatchResult } from "../expectation.ts";
import type { FoundLines } from "../found-lines.ts";
import { elide } from "../line-diff.ts";
import { noteFor } from "../notes.ts";

/** `unordered`: each line once, in any order; with a `...` anywhere, other lines too. */
export function matchUnordered(lines: readonly CompiledLine[], found: FoundLines): MatchResult {
  const wanted = lines.filter((line) => line.kind === "line");
  const mayHaveOthers = wanted.length < lines.length;
  const takenBy = assign(wanted, found.compared, mayHaveOthers);
  const used = new Set(takenBy);
  const missing = wanted.filter((line, index) => !line.isOptional && !used.has(index));
  const hasUnexpected = !mayHaveOthers && takenBy.includes(undefined);
  const pinned = takenBy.filter((index) => index !== undefined && wanted[index]?.isFree === false).length;
  const constrained = { lines: pinned, of: found.compared.length };
  if (missing.length === 0 && !hasUnexpected) return { kind: "match", constrained };
  const rows = found.shown.map((text, index) => foundRow(text, wanted[takenBy[index] ?? -1], mayHaveOthers));
  return { kind: "mismatch", diff: elide([...rows, ...missing.flatMap(missingRow)]), constrained };
}

function foundRow(text: string, compiled: CompiledLine | undefined, mayHaveOthers: boolean): DiffLine {
  const line = compiled?.line;
  if (line !== undefined) return { kind: "same", found: text, expected: line.source, place: line.place };
  return mayHaveOthers ? { kind: "elided", count: 1 } : { kind: "unexpected", found: text };
}

function missingRow(compiled: CompiledLine): readonly DiffLine[] {
  const line = compiled.line;
  if (line === undefined) return [];
  const row = { kind: "missing" as const, expected: line.source, place: line.place };
  const note = noteFor(compiled, undefined);
  return [note === undefined ? row : { ...row, note }];
}
