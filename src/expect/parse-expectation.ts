import type { Diagnostic, Place } from "../diagnostics/index.ts";
import type { ExpectationMode, ExpectedLine, ParsedExpectation } from "./expectation.ts";
import { findFault } from "./fault.ts";
import { parseLine } from "./parse-line.ts";

/** A line of an expectation's body, without its end, and where its first character stands. */
export interface SourceLine {
  readonly text: string;
  readonly place: Place;
}

/**
 * Parse an expectation's body. Never throws: what cannot be read, cannot fail or means nothing in its mode is a
 * finding, and then there is no expectation. `place` is the fence's, for findings about the whole.
 */
export function parseExpectation(lines: readonly SourceLine[], mode: ExpectationMode, place: Place): ParsedExpectation {
  const source = lines.map((line) => line.text).join("\n");
  const parsed = mode === "exact" ? lines.map(asWritten) : withoutTrailingEmpty(lines).map(parseLine);
  const expected = parsed.flatMap((result) => (result.line === undefined ? [] : [result.line]));
  const diagnostics: Diagnostic[] = parsed.flatMap((result) =>
    result.diagnostic === undefined ? [] : [result.diagnostic],
  );
  const expectation = { mode, lines: expected, source, place };
  if (diagnostics.length === 0) diagnostics.push(...findFault(expectation));
  return { expectation: diagnostics.length === 0 ? expectation : undefined, diagnostics };
}

function asWritten({ text, place }: SourceLine): { line: ExpectedLine; diagnostic: undefined } {
  return { line: { kind: "literal", text, source: text, place }, diagnostic: undefined };
}

function withoutTrailingEmpty(lines: readonly SourceLine[]): readonly SourceLine[] {
  const last = lines.findLastIndex((line) => line.text.trim() !== "");
  return lines.slice(0, last + 1);
}
