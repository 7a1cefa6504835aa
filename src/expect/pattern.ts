import { compile, type Program } from "./regex/compile.ts";
import { parsePattern } from "./regex/parse.ts";
import { longestPrefix, matchesWhole } from "./regex/simulate.ts";
import { ANY, literal, type Node } from "./regex/syntax.ts";

/** A piece of a line as it is compared: text (a variable's value among it) or a pattern. */
export type Segment =
  | { readonly kind: "text"; readonly text: string; readonly variable?: string }
  | { readonly kind: "regex"; readonly source: string; readonly label: string };

/** A whole line as one automaton. */
export interface Pattern {
  matches(found: string): boolean;
}

export function patternOf(segments: readonly Segment[]): Pattern {
  const program = compile(nodeOf(segments));
  return { matches: (found) => matchesWhole(program, found) };
}

/** Does a line that begins with these segments begin so? */
export function beginsWith(segments: readonly Segment[], found: string): boolean {
  const rest: Node = { kind: "repeat", node: { kind: "chars", set: ANY }, min: 0, max: undefined };
  const program: Program = compile({ kind: "sequence", nodes: [nodeOf(segments), rest] });
  return matchesWhole(program, found);
}

/** The greatest offset up to which the segments match the found line's beginning. */
export function matchedLength(segments: readonly Segment[], found: string): number | undefined {
  return longestPrefix(compile(nodeOf(segments)), found);
}

function nodeOf(segments: readonly Segment[]): Node {
  const nodes = segments.map((segment) => (segment.kind === "text" ? literal(segment.text) : parsedOf(segment.source)));
  return { kind: "sequence", nodes };
}

const PARSED = new Map<string, Node>();
const MAX_PARSED = 1000;

/** Placeholders recur on every line of a table: each source is parsed once. */
function parsedOf(source: string): Node {
  const known = PARSED.get(source);
  if (known !== undefined) return known;
  const node = parsePattern(source);
  if (PARSED.size < MAX_PARSED) PARSED.set(source, node);
  return node;
}

/** A pattern that stands anywhere in a line. Throws a PatternError for one that cannot be read or is too large. */
export function patternWithin(source: string): Pattern {
  const rest: Node = { kind: "repeat", node: { kind: "chars", set: ANY }, min: 0, max: undefined };
  const program = compile({ kind: "sequence", nodes: [rest, parsedOf(source), rest] });
  return { matches: (found) => matchesWhole(program, found) };
}
