/**
 * Patterns of `(re)` lines, globs and placeholders, as a tree. The engine is our own because a lesson may come from
 * anywhere and its patterns meet output from anywhere: a backtracking engine can be made to hang, this one cannot.
 */
export type Node =
  | { readonly kind: "chars"; readonly set: CharSet }
  | { readonly kind: "sequence"; readonly nodes: readonly Node[] }
  | { readonly kind: "choice"; readonly nodes: readonly Node[] }
  /** `max` undefined: no upper bound. */
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number | undefined }
  | { readonly kind: "assert"; readonly at: Assertion };

export type Assertion = "start" | "end" | "word-boundary" | "not-word-boundary";

/** Code points, as inclusive ranges. `ignoreCase` compares both cases of a code point. */
export interface CharSet {
  readonly ranges: readonly Range[];
  readonly negated: boolean;
  readonly ignoreCase: boolean;
}

export type Range = readonly [from: number, to: number];

const NO_RANGES: readonly Range[] = [];

/** `.`: every code point; the line ends are gone before a pattern sees a line. */
export const ANY: CharSet = { ranges: NO_RANGES, negated: true, ignoreCase: false };

export const DIGITS: readonly Range[] = [[0x30, 0x39]];

export const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];

/** White space as ECMAScript's `\s` has it. */
export const SPACES: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

/** Everything outside the ranges, as ranges; these must be sorted and apart. */
export function complement(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  result.push([next, 0x10ffff]);
  return result;
}

/** The text itself as a pattern. */
export function literal(text: string): Node {
  return { kind: "sequence", nodes: Array.from(text, (char) => charNode(char.codePointAt(0) ?? 0, false)) };
}

export function charNode(code: number, ignoreCase: boolean): Node {
  return { kind: "chars", set: { ranges: [[code, code]], negated: false, ignoreCase } };
}

export function hasCodePoint(set: CharSet, code: number): boolean {
  const isIn = inRanges(set.ranges, code) || (set.ignoreCase && otherCases(code).some((c) => inRanges(set.ranges, c)));
  return isIn !== set.negated;
}

function inRanges(ranges: readonly Range[], code: number): boolean {
  for (const range of ranges) if (code >= range[0] && code <= range[1]) return true;
  return false;
}

function otherCases(code: number): number[] {
  const char = String.fromCodePoint(code);
  return [char.toLowerCase(), char.toUpperCase()]
    .filter((other) => other !== char && Array.from(other).length === 1)
    .map((other) => other.codePointAt(0) ?? code);
}

/** Is the code unit at this offset one of `\w`? */
export function inWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && inRanges(WORD, text.charCodeAt(at));
}
