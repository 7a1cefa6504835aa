import type { CompiledLine } from "../compiled-line.ts";
import type { DiffLine, MatchResult } from "../expectation.ts";
import type { FoundLines } from "../found-lines.ts";
import { elide } from "../line-diff.ts";
import { unsetNote } from "../notes.ts";

/** `not`: none of the lines occurs. It pins no line down, so that it never counts as a full check of an output. */
export function matchNot(lines: readonly CompiledLine[], found: FoundLines): MatchResult {
  const constrained = { lines: 0, of: found.compared.length };
  const unset = lines.filter((line) => line.unset.length > 0).flatMap(missingRow);
  const rows = found.compared.map((text, index): DiffLine => {
    const culprit = lines.find((line) => line.matches(text));
    if (culprit === undefined) return { kind: "elided", count: 1 };
    const note = `\`${culprit.line?.source.trim()}\` must not occur`;
    return { kind: "unexpected", found: found.shown[index] ?? "", note };
  });
  const diff = [...elide(rows), ...unset];
  if (diff.every((row) => row.kind === "elided")) return { kind: "match", constrained };
  return { kind: "mismatch", diff, constrained };
}

function missingRow(line: CompiledLine): readonly DiffLine[] {
  if (line.line === undefined) return [];
  return [{ kind: "missing", expected: line.line.source, place: line.line.place, note: unsetNote(line.unset) }];
}
