import { CATALOGUE, type Diagnostic, type DiagnosticCode, type Place } from "../diagnostics/index.ts";
import type { Expectation, ExpectedLine, ExpectedValue } from "./expectation.ts";
import { patternOf } from "./pattern.ts";
import { PatternError } from "./regex/pattern-error.ts";

/** What is wrong with an expectation as a whole: empty, unable to fail, or with lines that its mode gives no meaning. */
export function findFault(expectation: Expectation): readonly Diagnostic[] {
  const empty = findEmpty(expectation);
  if (empty.length > 0) return empty;
  const misplaced = expectation.lines.flatMap((line) => findMisplaced(expectation, line));
  if (misplaced.length > 0) return misplaced;
  if (!cannotFail(expectation)) return [];
  const message = "The expectation cannot fail, expected at least one line that an output must have";
  return [finding("LI051", expectation.place, message, "write a line that is always printed, or remove the fence")];
}

/** An expectation without any text. */
export function findEmpty({ lines, place }: Expectation): readonly Diagnostic[] {
  if (!lines.every((line) => line.kind === "literal" && line.text.trim() === "")) return [];
  const message = "The expectation has no text, expected at least one line of output";
  const hint = "write what the command prints, or remove the fence; `not` with `<rest>` says that nothing is printed";
  return [finding("LI050", place, message, hint)];
}

/** A finding with its code's own severity. */
export function finding(code: DiagnosticCode, place: Place, message: string, hint: string): Diagnostic {
  return { code, severity: CATALOGUE[code].severity, message, hint, place };
}

function findMisplaced({ mode }: Expectation, line: ExpectedLine): readonly Diagnostic[] {
  if (line.kind === "elision" && mode === "not") {
    const message = "`...` found in `not`, expected only lines that must not occur";
    return [finding("LI055", line.place, message, "remove it, or write `\\...` for the three dots themselves")];
  }
  if (line.kind === "pattern" && line.optional && (mode === "not" || mode === "contains")) {
    const message = `\`(optional)\` found in \`${mode}\`, where a line that may be absent says nothing`;
    return [finding("LI055", line.place, message, "remove the line or its `(optional)`")];
  }
  return [];
}

function cannotFail({ mode, lines }: Expectation): boolean {
  if (mode === "not" || mode === "exact") return false;
  if (lines.some((line) => !isFree(line) && !isOptional(line))) return false;
  return mode === "contains" || lines.some((line) => line.kind === "elision") || lines.every(isFree);
}

function isOptional(line: ExpectedLine): boolean {
  return line.kind === "pattern" && line.optional;
}

/** Lines that no pattern that says something matches all of. */
const ANY_LINES = ["", " ", "x", "0", "Error: it is not there", '<\u00e9> | \t"/-_.:;%$(){}[]\\'];
const FREE = new Map<string, boolean>();
const MOST_FREE = 1000;

/** Does the pattern match every line, in whatever way it says so? */
function isFreeRegex(source: string): boolean {
  const known = FREE.get(source);
  if (known !== undefined) return known;
  const free = matchesAll(source);
  if (FREE.size < MOST_FREE) FREE.set(source, free);
  return free;
}

function matchesAll(source: string): boolean {
  try {
    const pattern = patternOf([{ kind: "regex", source, label: "" }]);
    return ANY_LINES.every((line) => pattern.matches(line));
  } catch (error) {
    // One that cannot be read is a finding of its own.
    if (error instanceof PatternError) return false;
    throw error;
  }
}

/** Does the line accept every line? */
export function isFree(line: ExpectedLine): boolean {
  if (line.kind !== "pattern") return line.kind === "elision";
  const saysSomething = line.parts.some((part) => {
    if (part.kind === "text") return part.text.trim() !== "";
    return part.kind === "variable" || !isFreeRegex(part.source);
  });
  return !saysSomething && line.parts.some((part) => part.kind === "regex");
}

/** Is it a text of a document that every text meets? */
export function isFreeText(value: ExpectedValue): boolean {
  return value.kind === "pattern" && value.parts.every((part) => part.kind === "regex" && isFreeRegex(part.source));
}
