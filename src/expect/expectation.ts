import type { Diagnostic, Place } from "../diagnostics/index.ts";

/** How the lines of an expectation are compared with an output. */
export type LineMode = "lines" | "contains" | "unordered" | "not" | "exact";

/** Modes that read an output as something else than lines; each is loaded when it is first used. */
export type StructuredMode = "json" | "yaml" | "like-kubectl" | "distribution";

export type ExpectationMode = LineMode | StructuredMode;

/** What one output must look like: the body of an `output` fence (or a transcript's output), parsed. */
export type Expectation = LineExpectation | StructuredExpectation;

/** An expectation whose mode compares lines. */
export interface LineExpectation extends Body {
  readonly mode: LineMode;
}

/** An expectation whose mode has a matcher of its own. */
export interface StructuredExpectation extends Body {
  readonly mode: StructuredMode;
}

interface Body {
  readonly lines: readonly ExpectedLine[];
  /** The body as written, for content hashes and for showing. */
  readonly source: string;
  readonly place: Place;
  /** In `json` and `yaml`: the subset, parsed. */
  readonly document?: ExpectedValue;
  /** In `json` and `yaml`: the elements of arrays may stand in any order. */
  readonly unordered?: true;
  /** In `distribution`: what each label of the page is to have of the whole, in the page's order; any scale. */
  readonly shares?: readonly ExpectedShare[];
}

/** A label of a distribution with its weight. */
export interface ExpectedShare {
  readonly label: string;
  readonly weight: number;
  readonly place: Place;
}

/** A value of a JSON or YAML expectation. `source` is it as shown to people. */
export type ExpectedValue =
  /** `value`: a number in its canonical form, any other scalar as it is read. */
  | {
      readonly kind: "scalar";
      readonly type: ScalarType;
      readonly value: string;
      readonly source: string;
      readonly place: Place;
    }
  /** A text with placeholders or `${VAR}`. */
  | { readonly kind: "pattern"; readonly parts: readonly PatternPart[]; readonly source: string; readonly place: Place }
  | {
      readonly kind: "object";
      readonly entries: readonly (readonly [key: string, value: ExpectedValue])[];
      readonly source: string;
      readonly place: Place;
    }
  | {
      readonly kind: "array";
      readonly items: readonly (ExpectedValue | Elision)[];
      readonly source: string;
      readonly place: Place;
    };

/** `...` as an element of an array: none or more elements. */
export interface Elision {
  readonly kind: "elision";
}

export type ScalarType = "null" | "boolean" | "number" | "string";

/** What the keys beside an expectation's mode say. */
export interface ExpectationOptions {
  readonly unordered?: boolean;
  readonly weights?: readonly number[];
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
  | {
      readonly kind: "regex";
      readonly source: string;
      /** E.g. `<ip>`, `(re)`, `(glob)`. */
      readonly label: string;
      /** What stands on the page where `like=kubectl` compares by kind. */
      readonly written?: string;
    }
  | { readonly kind: "variable"; readonly name: string };

/** The value of a session variable, undefined when unset. */
export type VariableLookup = (name: string) => string | undefined;

/** How an output compared with an expectation. */
export type MatchResult =
  | {
      readonly kind: "match";
      readonly constrained: Constrained;
      /** In `like=kubectl`: the kinds by which something was compared that is not as on the page. */
      readonly normalisers?: readonly string[];
    }
  | {
      readonly kind: "mismatch";
      readonly diff: readonly DiffLine[];
      readonly constrained: Constrained;
      /** One or more sentences: why, where the rows do not say it alone. */
      readonly reason?: string;
    };

/** How much of an output the expectation pinned down: lines (in `json` and `yaml` leaf values) compared, of those printed. */
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
  /** A value of a document that differs; `found` is undefined where nothing stands. */
  | {
      readonly kind: "value";
      readonly path: string;
      readonly found: string | undefined;
      readonly expected: string;
      readonly place: Place;
      readonly note?: string;
    }
  /** A label of a distribution; `expected`, from 0 to 1, is undefined for one that the page has not. */
  | {
      readonly kind: "share";
      readonly label: string;
      readonly expected: number | undefined;
      readonly found: number;
      readonly of: number;
    }
  | { readonly kind: "elided"; readonly count: number };

/** What `parseExpectation` gives: an expectation, or none when a finding forbids it. */
export interface ParsedExpectation {
  readonly expectation: Expectation | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A line of an expectation's body, without its end, and where its first character stands. */
export interface SourceLine {
  readonly text: string;
  readonly place: Place;
}
