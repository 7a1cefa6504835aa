import type { CompiledLine } from "./compiled-line.ts";
import type { Segment } from "./pattern.ts";

/** Pairs of neighbouring characters, sorted; what two lines share of them says how alike they look. */
export interface Traits {
  readonly pairs: readonly number[];
  readonly words: number;
  /** Placeholders leave open what stands in their place: only what the line says itself is compared. */
  readonly isOpen: boolean;
}

const MAX_COMPARED = 300;
const ALIKE_ENOUGH = 0.5;
const PATTERN_SIGNS = /\[[^\]]*\]|\\[dDwWsSbB]|\{[\d,]*\}|[.*+?^$()|\\]/;

export function traitsOfFound(text: string): Traits {
  return { pairs: pairsOf(text), words: wordsOf(text), isOpen: false };
}

export function traitsOfExpected(line: CompiledLine): Traits {
  const texts = line.segments.flatMap(visibleText);
  const shape = line.segments.map((segment) => (segment.kind === "text" ? segment.text : "x")).join("");
  const isOpen = line.segments.some((segment) => segment.kind === "regex");
  return { pairs: texts.flatMap(pairsOf).sort((a, b) => a - b), words: wordsOf(shape), isOpen };
}

/** What a `(re)` line says besides its pattern's own signs is most of what it looks like. */
function visibleText(segment: Segment): readonly string[] {
  if (segment.kind === "text") return [segment.text];
  return segment.label === "(re)" ? segment.source.split(PATTERN_SIGNS) : [];
}

/** 0 to 1: how alike two lines look. For display alone, never for a verdict. */
export function likeness(expected: Traits, found: Traits): number {
  const shared = countShared(expected.pairs, found.pairs);
  const total = expected.isOpen ? expected.pairs.length : (expected.pairs.length + found.pairs.length) / 2;
  if (total > 0) return shared / total;
  return expected.isOpen && expected.words === found.words ? ALIKE_ENOUGH : 0;
}

/** Should two lines that differ be shown as one that changed? */
export function isAlike(value: number): boolean {
  return value >= ALIKE_ENOUGH;
}

function pairsOf(text: string): number[] {
  const pairs: number[] = [];
  for (let index = 0; index + 1 < text.length && index < MAX_COMPARED; index++) {
    pairs.push(text.charCodeAt(index) * 0x10000 + text.charCodeAt(index + 1));
  }
  return pairs.sort((a, b) => a - b);
}

function countShared(a: readonly number[], b: readonly number[]): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const difference = (a[i] ?? 0) - (b[j] ?? 0);
    if (difference === 0) shared++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return shared;
}

function wordsOf(text: string): number {
  return text.split(/[ \t]+/).filter((word) => word !== "").length;
}
