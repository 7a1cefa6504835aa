import { type CompiledLine, ELISION } from "../compiled-line.ts";
import type { MatchResult } from "../expectation.ts";
import type { FoundLines } from "../found-lines.ts";
import { diffLines } from "../line-diff.ts";
import { walk } from "../walk.ts";

/** `lines` and `exact`: every line in its place, elisions apart. */
export function matchInOrder(lines: readonly CompiledLine[], found: FoundLines): MatchResult {
  const outcome = walk(lines, found.compared);
  const of = found.compared.length;
  if (outcome.accepted) return { kind: "match", constrained: { lines: outcome.constrained, of } };
  const diff = diffLines(lines, found, outcome.reached);
  const pinned = diff.filter((row) => row.kind === "same" || row.kind === "changed").length;
  return { kind: "mismatch", diff, constrained: { lines: pinned, of } };
}

/** `contains`: the lines in order, any others before, between and after. */
export function matchContains(lines: readonly CompiledLine[], found: FoundLines): MatchResult {
  const wanted = lines.filter((line) => line.kind === "line");
  return matchInOrder([ELISION, ...wanted.flatMap((line) => [line, ELISION])], found);
}
