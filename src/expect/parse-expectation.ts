import type { Diagnostic, Place } from "../diagnostics/index.ts";
import type {
  Expectation,
  ExpectationMode,
  ExpectationOptions,
  ExpectedLine,
  ParsedExpectation,
  SourceLine,
} from "./expectation.ts";
import { findEmpty, findFault } from "./fault.ts";
import { parseDistributionBody } from "./modes/parse-distribution.ts";
import { parseDocumentBody } from "./modes/parse-document.ts";
import { likeKubectl } from "./modes/parse-like-kubectl.ts";
import { sourceText } from "./modes/source-text.ts";
import { parseLine } from "./parse-line.ts";

/**
 * Parse an expectation's body. Never throws: what cannot be read, cannot fail or means nothing in its mode is a
 * finding, and then there is no expectation. `place` is the fence's, for findings about the whole.
 */
export function parseExpectation(
  lines: readonly SourceLine[],
  mode: ExpectationMode,
  place: Place,
  options: ExpectationOptions = {},
): ParsedExpectation {
  const source = lines.map((line) => line.text).join("\n");
  const { expectation, diagnostics } =
    mode === "json" || mode === "yaml" || mode === "distribution"
      ? parseBody({ mode, lines: lines.map((line) => asWritten(line).line), source, place }, lines, options)
      : parseLines({ mode, lines: [], source, place }, lines);
  return { expectation: diagnostics.length === 0 ? expectation : undefined, diagnostics };
}

interface Parsed {
  readonly expectation: Expectation;
  readonly diagnostics: readonly Diagnostic[];
}

function parseLines(about: Expectation, lines: readonly SourceLine[]): Parsed {
  const parsed = about.mode === "exact" ? lines.map(asWritten) : withoutTrailingEmpty(lines).map(parseLine);
  const expected = parsed.flatMap((result) => (result.line === undefined ? [] : [result.line]));
  const diagnostics: Diagnostic[] = parsed.flatMap((result) =>
    result.diagnostic === undefined ? [] : [result.diagnostic],
  );
  const expectation = { ...about, lines: about.mode === "like-kubectl" ? likeKubectl(expected) : expected };
  if (diagnostics.length === 0) diagnostics.push(...findFault(expectation));
  return { expectation, diagnostics };
}

/** A body that is read as a whole. */
function parseBody(about: Expectation, lines: readonly SourceLine[], options: ExpectationOptions): Parsed {
  const empty = findEmpty(about);
  if (empty.length > 0) return { expectation: about, diagnostics: empty };
  const { mode, place } = about;
  const { fields, diagnostics } =
    mode === "json" || mode === "yaml"
      ? parseDocumentBody(sourceText(lines, place), mode)
      : parseDistributionBody(lines, options.weights ?? [], place);
  const isUnordered = options.unordered === true && mode !== "distribution";
  return { expectation: { ...about, ...fields, ...(isUnordered ? { unordered: true } : {}) }, diagnostics };
}

function asWritten({ text, place }: SourceLine): { line: ExpectedLine; diagnostic: undefined } {
  return { line: { kind: "literal", text, source: text, place }, diagnostic: undefined };
}

function withoutTrailingEmpty(lines: readonly SourceLine[]): readonly SourceLine[] {
  const last = lines.findLastIndex((line) => line.text.trim() !== "");
  return lines.slice(0, last + 1);
}
