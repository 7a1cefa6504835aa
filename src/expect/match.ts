import { type CompiledLine, compileLine } from "./compiled-line.ts";
import type {
  Expectation,
  ExpectedLine,
  ExpectedValue,
  LineExpectation,
  LineMode,
  MatchResult,
  PatternPart,
  VariableLookup,
} from "./expectation.ts";
import { type FoundLines, foundLines } from "./found-lines.ts";
import { matchContains, matchInOrder } from "./modes/in-order.ts";
import { matchNot } from "./modes/not.ts";
import { matchUnordered } from "./modes/unordered.ts";

/** A mode: compares an expectation's lines with an output's. */
type Matcher = (lines: readonly CompiledLine[], found: FoundLines) => MatchResult;

const MATCHERS: Readonly<Record<LineMode, Matcher>> = {
  contains: matchContains,
  exact: matchInOrder,
  lines: matchInOrder,
  not: matchNot,
  unordered: matchUnordered,
};

/** Compare an output with an expectation. Time is linear in the output; variables are looked up once a line. */
export function match(expectation: LineExpectation, output: string, lookup: VariableLookup): MatchResult {
  const { mode } = expectation;
  const found = foundLines(output, mode);
  if ((mode === "lines" || mode === "exact") && isLetterForLetter(expectation.lines, found.compared)) {
    const of = found.compared.length;
    return { kind: "match", constrained: { lines: of, of } };
  }
  const lines = expectation.lines.map((line) => compileLine(line, mode, lookup));
  return MATCHERS[mode](lines, found);
}

/** The usual page has no pattern, and the output is what it shows: then nothing has to be compiled. */
function isLetterForLetter(lines: readonly ExpectedLine[], found: readonly string[]): boolean {
  if (lines.length !== found.length) return false;
  return lines.every((line, index) => line.kind === "literal" && line.text === found[index]);
}

/** Names of the variables that an expectation needs, each once, in order of appearance. */
export function variablesOf(expectation: Expectation): readonly string[] {
  if (expectation.document === undefined && !expectation.lines.some((line) => line.kind === "pattern")) return [];
  const ofLines = expectation.lines.flatMap((line) => (line.kind === "pattern" ? line.parts : []));
  const parts = expectation.document === undefined ? ofLines : [...ofLines, ...partsOf(expectation.document)];
  return [...new Set(parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])))];
}

function partsOf(value: ExpectedValue): readonly PatternPart[] {
  if (value.kind === "pattern") return value.parts;
  if (value.kind === "object") return value.entries.flatMap(([, entry]) => partsOf(entry));
  if (value.kind === "array") return value.items.flatMap((item) => (item.kind === "elision" ? [] : partsOf(item)));
  return [];
}
