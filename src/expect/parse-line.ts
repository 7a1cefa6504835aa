import type { Diagnostic, Place } from "../diagnostics/index.ts";
import type { ExpectedLine, PatternPart } from "./expectation.ts";
import { finding } from "./fault.ts";
import { parseParts } from "./parse-parts.ts";
import { checkPattern, PatternError } from "./regex/check.ts";
import { parseSuffixes } from "./suffixes.ts";

const PATTERN_HINT = "mend the pattern; without `(re)` the line is compared as it stands";

/** One line: parsed, or a finding. */
export type ParsedLine =
  | { readonly line: ExpectedLine; readonly diagnostic: undefined }
  | { readonly line: undefined; readonly diagnostic: Diagnostic };

/**
 * Parse a line of any mode but `exact`:
 *
 *     line   = blanks "..." blanks               none or more lines
 *            | body *( " (" suffix ")" )         suffix = "re" | "glob" | "optional", each at most once
 *     body   = regex                             with (re)
 *            | *( text | "<" name ">" | "${" variable "}" | "*" | "?" )     the last two with (glob)
 *
 * Backslashes: directly before something special a pair stands for one backslash, and an odd one makes what follows
 * literal; at the start of a line one is dropped before punctuation; anywhere else a backslash is itself.
 */
export function parseLine({ text, place }: { readonly text: string; readonly place: Place }): ParsedLine {
  const body = text.trimEnd();
  if (/^[ \t]*\.\.\.$/.test(body)) return parsed({ kind: "elision", source: text, place });
  const suffixes = parseSuffixes(body);
  if (suffixes.fault !== undefined) {
    const { message, hint, at } = suffixes.fault;
    return failed(finding("LI053", within(place, at, body.length), message, hint));
  }
  const parts = suffixes.match === "re" ? regexParts(suffixes.body, place) : plainParts(suffixes, place);
  if (!Array.isArray(parts)) return failed(parts);
  return parsed(lineOf(parts, { isOptional: suffixes.isOptional, source: text, place }));
}

function lineOf(
  parts: readonly PatternPart[],
  about: { readonly isOptional: boolean; readonly source: string; readonly place: Place },
): ExpectedLine {
  const { isOptional, source, place } = about;
  const isText = parts.every((part) => part.kind === "text");
  if (!isText || isOptional) return { kind: "pattern", parts, optional: isOptional, source, place };
  const text = parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  return { kind: "literal", text, source, place };
}

function regexParts(body: string, place: Place): PatternPart[] | Diagnostic {
  const variable = /(?<!\\)(?:\\\\)*\$\{/.exec(body);
  if (variable !== null) {
    const message = "`${` found in a `(re)` line, where no variable is replaced";
    return finding("LI052", within(place, variable.index, body.length), message, "leave out `(re)`, or write `\\$\\{`");
  }
  try {
    checkPattern(body);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return finding("LI052", within(place, error.at, body.length), error.message, PATTERN_HINT);
  }
  return [{ kind: "regex", source: collapseBlanks(body), label: "(re)" }];
}

/** Blanks inside a line count as one, in a pattern too; one with a quantifier keeps its own meaning. */
function collapseBlanks(pattern: string): string {
  const indent = /^(?:\(\?i\))?\^?[ \t]*/.exec(pattern)?.[0] ?? "";
  return indent + pattern.slice(indent.length).replace(/(?<!\\)[ \t]{2,}(?![*+?{ \t])/g, " ");
}

function plainParts(
  suffixes: { readonly body: string; readonly match: "glob" | "re" | undefined },
  place: Place,
): PatternPart[] | Diagnostic {
  const result = parseParts(suffixes.body, { isGlob: suffixes.match === "glob" });
  if (result.fault === undefined) return result.parts;
  const message = `\`${result.fault.found}\` found, expected the name of a variable: \`\${NAME}\``;
  const at = result.fault.at;
  const hint = `name a variable, or write \`\\${result.fault.found}\` for the text itself`;
  return finding("LI054", within(place, at, at + result.fault.found.length), message, hint);
}

function within(place: Place, from: number, to: number): Place {
  return { ...place, column: place.column + from, offset: place.offset + from, endOffset: place.offset + to };
}

function parsed(line: ExpectedLine): ParsedLine {
  return { line, diagnostic: undefined };
}

function failed(diagnostic: Diagnostic): ParsedLine {
  return { line: undefined, diagnostic };
}
