import type { DiffLine } from "../../src/expect/index.ts";

export const FILE = "lessons/lesson-01.md";
export const at = (line: number) => ({ file: FILE, line, column: 1, offset: 0, endOffset: 5 });
export const ESC = "\u001b";

/** One row of each kind. */
export const DIFF: readonly DiffLine[] = [
  { kind: "same", found: "NAME     READY", expected: "NAME READY", place: at(99) },
  { kind: "changed", found: "details  0/1", expected: "details  1/1", place: at(100), note: "0 is not 1" },
  { kind: "missing", expected: "ratings  <int>/1", place: at(101) },
  { kind: "unexpected", found: "reviews  1/1" },
  ...Array.from(
    { length: 6 },
    (_, i) => ({ kind: "same", found: `same ${i}`, expected: `same ${i}`, place: at(102 + i) }) as const,
  ),
  { kind: "elided", count: 3 },
];
