import type { CompiledLine } from "./compiled-line.ts";
import { isAlike, likeness, traitsOfExpected, traitsOfFound } from "./likeness.ts";

/** An expected line and a found one that stand together, or one of them alone. */
export interface Pairing {
  readonly expected: number | undefined;
  readonly found: number | undefined;
}

/** What a difference costs; the alignment with the lowest sum is shown. */
const COST = { missing: 100, unexpected: 100, skipOptional: 1, changed: 200, alike: 150 };

/** Past this many pairs likeness is not looked at: a line is then missing or unexpected, never changed. */
const MAX_LIKENED = 300_000;

const MOVES = { pair: 1, skipExpected: 2, skipFound: 3, elide: 4 };

/** The cheapest alignment of expected with found lines. Memory and time: lines × lines; callers bound both. */
export function align(lines: readonly CompiledLine[], found: readonly string[]): Pairing[] {
  return trace(fill(lines, found), lines, found.length);
}

/** For each pair of beginnings the last move of its cheapest alignment, row by row. */
function fill(lines: readonly CompiledLine[], found: readonly string[]): Uint8Array {
  const width = found.length + 1;
  const moves = new Uint8Array((lines.length + 1) * width);
  const cells = cellCosts(lines, found);
  let above = new Int32Array(width);
  for (let column = 1; column < width; column++) {
    above[column] = column * COST.unexpected;
    moves[column] = MOVES.skipFound;
  }
  for (const [index, line] of lines.entries()) {
    const row = new Int32Array(width);
    const start = (index + 1) * width;
    const isElision = line.kind === "elision";
    const skipped = isElision ? 0 : line.isOptional ? COST.skipOptional : COST.missing;
    row[0] = (above[0] ?? 0) + skipped;
    moves[start] = MOVES.skipExpected;
    for (let column = 1; column < width; column++) {
      const down = (above[column] ?? 0) + skipped;
      const across = (row[column - 1] ?? 0) + (isElision ? 0 : COST.unexpected);
      const diagonal = isElision ? Number.POSITIVE_INFINITY : (above[column - 1] ?? 0) + cells(index, column - 1);
      const best = Math.min(diagonal, across, down);
      row[column] = best;
      if (best === diagonal) moves[start + column] = MOVES.pair;
      else if (best === across) moves[start + column] = isElision ? MOVES.elide : MOVES.skipFound;
      else moves[start + column] = MOVES.skipExpected;
    }
    above = row;
  }
  return moves;
}

/** What it costs to show two lines as one pair: nothing when they match, infinity when they are not alike. */
function cellCosts(lines: readonly CompiledLine[], found: readonly string[]): (line: number, found: number) => number {
  const isLikened = lines.length * found.length <= MAX_LIKENED;
  const expectedTraits = isLikened ? lines.map(traitsOfExpected) : [];
  const foundTraits = isLikened ? found.map(traitsOfFound) : [];
  return (line, column) => {
    if (lines[line]?.matches(found[column] ?? "") === true) return 0;
    const expected = expectedTraits[line];
    const actual = foundTraits[column];
    if (expected === undefined || actual === undefined) return Number.POSITIVE_INFINITY;
    const value = likeness(expected, actual);
    return isAlike(value) ? COST.changed - Math.round(COST.alike * value) : Number.POSITIVE_INFINITY;
  };
}

function trace(moves: Uint8Array, lines: readonly CompiledLine[], foundCount: number): Pairing[] {
  const pairings: Pairing[] = [];
  let row = lines.length;
  let column = foundCount;
  while (row > 0 || column > 0) {
    const move = moves[row * (foundCount + 1) + column];
    if (move === MOVES.pair) pairings.push({ expected: --row, found: --column });
    else if (move === MOVES.elide) pairings.push({ expected: row - 1, found: --column });
    else if (move === MOVES.skipFound) pairings.push({ expected: undefined, found: --column });
    else pairings.push({ expected: --row, found: undefined });
  }
  return pairings.reverse();
}
