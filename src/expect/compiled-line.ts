import type { ExpectationMode, ExpectedLine, PatternPart, VariableLookup } from "./expectation.ts";
import { isFree } from "./fault.ts";
import { collapseBlanks, trimBlanks } from "./found-lines.ts";
import { type Pattern, patternOf, type Segment } from "./pattern.ts";

/** An expected line, ready to be compared with lines of an output. */
export interface CompiledLine {
  /** Undefined for the elisions that `contains` puts between its lines. */
  readonly line: ExpectedLine | undefined;
  readonly kind: "line" | "elision";
  readonly isOptional: boolean;
  /** Accepts every line, so that a match pins nothing down. */
  readonly isFree: boolean;
  /** Variables of the line that have no value: then it matches nothing. */
  readonly unset: readonly string[];
  /** What is compared, for notes and likeness; undefined for an elision. */
  readonly segments: readonly Segment[];
  matches(found: string): boolean;
}

export const ELISION: CompiledLine = {
  line: undefined,
  kind: "elision",
  isOptional: false,
  isFree: true,
  unset: [],
  segments: [],
  matches: () => true,
};

/** Make a line ready. Its variables are looked up now, once. */
export function compileLine(line: ExpectedLine, mode: ExpectationMode, lookup: VariableLookup): CompiledLine {
  if (line.kind === "elision") return { ...ELISION, line };
  const parts: readonly PatternPart[] = line.kind === "literal" ? [{ kind: "text", text: line.text }] : line.parts;
  const unset = parts.flatMap((part) =>
    part.kind === "variable" && lookup(part.name) === undefined ? [part.name] : [],
  );
  const segments = mode === "exact" ? textSegments(parts) : normalise(parts.map((part) => segmentOf(part, lookup)));
  const isSet = unset.length === 0;
  const isOptional = line.kind === "pattern" && line.optional && isSet;
  const matches = isSet ? matcherOf(segments) : () => false;
  return { line, kind: "line", isOptional, isFree: isFree(line), unset, segments, matches };
}

function matcherOf(segments: readonly Segment[]): (found: string) => boolean {
  if (segments.every((segment) => segment.kind === "text")) {
    const text = segments.map((segment) => segment.text).join("");
    return (found) => found === text;
  }
  const [first, last] = [segments.at(0), segments.at(-1)];
  const prefix = first?.kind === "text" ? first.text : "";
  const suffix = last?.kind === "text" ? last.text : "";
  let pattern: Pattern | undefined;
  return (found) => {
    if (!found.startsWith(prefix) || !found.endsWith(suffix)) return false;
    pattern ??= patternOf(segments);
    return pattern.matches(found);
  };
}

function textSegments(parts: readonly PatternPart[]): Segment[] {
  return parts.flatMap((part) => (part.kind === "text" ? [{ kind: "text", text: part.text }] : []));
}

function segmentOf(part: PatternPart, lookup: VariableLookup): Segment {
  if (part.kind === "regex") return { kind: "regex", source: part.source, label: part.label };
  if (part.kind === "text") return { kind: "text", text: part.text };
  return { kind: "text", text: lookup(part.name) ?? "", variable: part.name };
}

/** Blanks as in a found line: runs collapsed across segments, none at the end. */
function normalise(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  let isStart = true;
  let isAfterBlank = false;
  for (const segment of segments) {
    if (segment.kind === "regex") {
      result.push(segment);
      isStart = false;
      isAfterBlank = false;
      continue;
    }
    const collapsed = collapseBlanks(segment.text, isStart ? "line-start" : "inside");
    const text = isAfterBlank && !isStart ? collapsed.replace(/^[ \t]/, "") : collapsed;
    result.push({ ...segment, text });
    if (text !== "") isAfterBlank = /[ \t]$/.test(text);
    if (text.trim() !== "") isStart = false;
  }
  return bindLastRest(trimLast(result));
}

function trimLast(segments: Segment[]): Segment[] {
  for (let index = segments.length - 1; index >= 0; index--) {
    const segment = segments[index];
    if (segment?.kind !== "text") break;
    segments[index] = { ...segment, text: trimBlanks(segment.text) };
    if (segments[index]?.kind === "text" && trimBlanks(segment.text) !== "") break;
  }
  return segments;
}

/** `name <rest>` also matches `name`, whose trailing blank is gone: at a line's end `<rest>` takes the blank before it. */
function bindLastRest(segments: Segment[]): Segment[] {
  const last = segments.at(-1);
  const before = segments.at(-2);
  const isBound = last?.kind === "regex" && last.label === "<rest>" && before?.kind === "text";
  if (!isBound || !before.text.endsWith(" ") || before.text.trim() === "") return segments;
  const head: Segment[] = [...segments.slice(0, -2), { ...before, text: before.text.slice(0, -1) }];
  return [...head, { kind: "regex", source: `(?: ${last.source})?`, label: last.label }];
}
