import type { Diagnostic, Place } from "../diagnostics/index.ts";

/** How the lines of an expectation are compared with an output. */
export type ExpectationMode = "lines" | "contains" | "unordered" | "not" | "exact";

/** What one output must look like: the body of an `output` fence (or a transcript's output), parsed. */
export interface Expectation {
  readonly mode: ExpectationMode;
  readonly lines: readonly ExpectedLine[];
  /** The body as written, for content hashes and for showing. */
  readonly source: string;
  readonly place: Place;
}

/** One line of an expectation. `source` is the line as written, `place` points at it in the lesson. */
export type ExpectedLine =
  | { readonly kind: "literal"; readonly text: string; readonly source: string; readonly place: Place }
  /** Placeholders, `${VAR}`, `(re)` and `(glob)` lines: parts that are tried in order by a linear-time matcher. */
  | {
      readonly kind: "pattern";
      readonly parts: readonly PatternPart[];
      readonly optional: boolean;
      readonly source: string;
      readonly place: Place;
    }
  /** `...` alone on a line: none or more lines. */
  | { readonly kind: "elision"; readonly source: string; readonly place: Place };

export type PatternPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "regex"; readonly source: string /** e.g. `<ip>`, `(re)`, `(glob)` */; readonly label: string }
  | { readonly kind: "variable"; readonly name: string };

/** The value of a session variable, undefined when unset. */
export type VariableLookup = (name: string) => string | undefined;

/** How an output compared with an expectation. */
export type MatchResult =
  | { readonly kind: "match"; readonly constrained: Constrained }
  | { readonly kind: "mismatch"; readonly diff: readonly DiffLine[]; readonly constrained: Constrained };

/** How much of an output the expectation pinned down: lines compared, of lines printed. */
export interface Constrained {
  readonly lines: number;
  readonly of: number;
}

/** One row of the line diff. `expected`/`found` are as printed; `place` leads to the expectation's line. */
export type DiffLine =
  | { readonly kind: "same"; readonly found: string; readonly expected: string; readonly place: Place }
  | {
      readonly kind: "changed";
      readonly found: string;
      readonly expected: string;
      readonly place: Place;
      readonly note?: string;
    }
  | { readonly kind: "missing"; readonly expected: string; readonly place: Place; readonly note?: string }
  | { readonly kind: "unexpected"; readonly found: string; readonly note?: string }
  | { readonly kind: "elided"; readonly count: number };

/** What `parseExpectation` gives: an expectation, or none when a finding forbids it. */
export interface ParsedExpectation {
  readonly expectation: Expectation | undefined;
  readonly diagnostics: readonly Diagnostic[];
}
