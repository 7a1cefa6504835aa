import { compileLine } from "../compiled-line.ts";
import type { Expectation, ExpectedLine, MatchResult, VariableLookup } from "../expectation.ts";
import { type FoundLines, foundLines } from "../found-lines.ts";
import { matchInOrder } from "./in-order.ts";

/** `like=kubectl`: lines in order, what changes from run to run by its kind. Names the kinds without which it would not match. */
export function matchLikeKubectl(expectation: Expectation, output: string, lookup: VariableLookup): MatchResult {
  const found = foundLines(output, "lines");
  const result = matchLines(expectation.lines, found, lookup);
  if (result.kind === "mismatch") return result;
  const normalisers = labelsOf(expectation.lines).filter((label) => {
    const literal = expectation.lines.map((line) => withoutNormaliser(line, label));
    return matchLines(literal, found, lookup).kind === "mismatch";
  });
  return { ...result, normalisers };
}

function matchLines(lines: readonly ExpectedLine[], found: FoundLines, lookup: VariableLookup): MatchResult {
  return matchInOrder(
    lines.map((line) => compileLine(line, "lines", lookup)),
    found,
  );
}

function labelsOf(lines: readonly ExpectedLine[]): readonly string[] {
  const parts = lines.flatMap((line) => (line.kind === "pattern" ? line.parts : []));
  const labels = parts.flatMap((part) => (part.kind === "regex" && part.written !== undefined ? [part.label] : []));
  return [...new Set(labels)];
}

function withoutNormaliser(line: ExpectedLine, label: string): ExpectedLine {
  if (line.kind !== "pattern") return line;
  const parts = line.parts.map((part) => {
    if (part.kind !== "regex" || part.written === undefined || part.label !== label) return part;
    return { kind: "text" as const, text: part.written };
  });
  return { ...line, parts };
}
