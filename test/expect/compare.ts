import type { Place } from "../../src/diagnostics/index.ts";
import {
  type DiffLine,
  type Expectation,
  type ExpectationMode,
  type ExpectationOptions,
  isStructured,
  type MatchResult,
  match,
  matchStructured,
  type ParsedExpectation,
  parseExpectation,
  type SourceLine,
  type StructuredMode,
} from "../../src/expect/index.ts";

/** The lines of a body with the places they would have in a file that holds nothing else. */
function sourceLines(body: string): SourceLine[] {
  let offset = 0;
  return body.split("\n").map((text, index) => {
    const place: Place = { file: "page.md", line: index + 1, column: 1, offset, endOffset: offset + text.length };
    offset += text.length + 1;
    return { text, place };
  });
}

export function parse(
  body: string,
  mode: ExpectationMode = "lines",
  options: ExpectationOptions = {},
): ParsedExpectation {
  const place: Place = { file: "page.md", line: 1, column: 1, offset: 0, endOffset: body.length };
  return parseExpectation(sourceLines(body), mode, place, options);
}

/** An expectation that must be sound. */
export function expectationOf(
  body: string,
  mode: ExpectationMode = "lines",
  options: ExpectationOptions = {},
): Expectation {
  const { expectation, diagnostics } = parse(body, mode, options);
  if (expectation === undefined) throw new Error(diagnostics.map((each) => each.message).join("\n"));
  return expectation;
}

export function compare(
  body: string,
  output: string,
  mode: ExpectationMode = "lines",
  variables: Readonly<Record<string, string>> = {},
): MatchResult {
  const expectation = expectationOf(body, mode);
  if (isStructured(expectation)) throw new Error(`\`${mode}\` is compared by \`compareStructured\``);
  return match(expectation, output, (name) => variables[name]);
}

/** The same for the modes that have a matcher of their own. */
export async function compareStructured(
  body: string,
  output: string,
  mode: StructuredMode,
  about: { readonly options?: ExpectationOptions; readonly variables?: Readonly<Record<string, string>> } = {},
): Promise<MatchResult> {
  const expectation = expectationOf(body, mode, about.options ?? {});
  if (!isStructured(expectation)) throw new Error(`\`${mode}\` has no matcher of its own`);
  return matchStructured(expectation, output, (name) => about.variables?.[name]);
}

export function matches(body: string, output: string, mode: ExpectationMode = "lines"): boolean {
  return compare(body, output, mode).kind === "match";
}

/** A diff as a person would sketch it. */
export function sketch(result: MatchResult): string {
  if (result.kind === "match") return "match";
  return [...(result.reason === undefined ? [] : [result.reason]), ...result.diff.map(sketchRow)].join("\n");
}

function sketchRow(row: DiffLine): string {
  const note = "note" in row && row.note !== undefined ? `   # ${row.note}` : "";
  switch (row.kind) {
    case "same":
      return `  ${row.found}`;
    case "changed":
      return `- ${row.expected}\n+ ${row.found}   (changed)${note}`;
    case "missing":
      return `- ${row.expected}${note}`;
    case "unexpected":
      return `+ ${row.found}${note}`;
    case "value":
      return `${row.path}: found ${row.found ?? "nothing"}, expected ${row.expected}${note}`;
    case "share":
      return `${row.label}: found ${row.found} of ${row.of}, expected ${row.expected}`;
    case "elided":
      return `  (${row.count} elided)`;
  }
}
