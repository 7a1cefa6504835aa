import type { CompiledLine } from "./compiled-line.ts";

/** How a walk over an output's lines ended. */
export interface WalkOutcome {
  readonly accepted: boolean;
  /** Found lines that the expectation pinned down; not an optional one right before an elision, which takes it as well. */
  readonly constrained: number;
  /** How far it came: the first found line that nothing could take, and the furthest expected line waiting there. */
  readonly reached: { readonly found: number; readonly expected: number };
}

/**
 * The verdict on lines in order: an automaton whose positions are the expected lines, walked once over the found ones
 * with the set of positions that are possible so far. Whoever has reached an elision can stay in it as long as any
 * position behind it could have needed, so positions behind the furthest elision are dropped: the set stays small.
 */
export function walk(lines: readonly CompiledLine[], found: readonly string[]): WalkOutcome {
  const positions = new Positions(lines);
  positions.add(0, 0);
  let furthest = positions.advance();
  for (const [index, text] of found.entries()) {
    if (positions.isInLastElision) break;
    for (const position of positions.current) positions.take(position, text);
    if (positions.isEmpty) return { accepted: false, constrained: 0, reached: { found: index, expected: furthest } };
    furthest = positions.advance();
  }
  const constrained = positions.countAt(lines.length);
  const reached = { found: found.length, expected: furthest };
  return { accepted: constrained !== undefined, constrained: constrained ?? 0, reached };
}

/** An expected line up to which the found lines before `index` are all accounted for; undefined when there is none. */
export function positionAt(
  lines: readonly CompiledLine[],
  found: readonly string[],
  index: number,
): number | undefined {
  const positions = new Positions(lines);
  positions.add(0, 0);
  positions.advance();
  for (const text of found.slice(0, index)) {
    for (const position of positions.current) positions.take(position, text);
    positions.advance();
  }
  const elision = positions.current.find((position) => lines[position]?.kind === "elision");
  return elision ?? positions.current.at(-1);
}

class Positions {
  current: readonly number[] = [];
  #next: number[] = [];
  #generation = 1;
  #lastElision = -1;
  #currentElision = -1;
  #currentCounts: Int32Array;
  #nextCounts: Int32Array;
  readonly #seen: Int32Array;
  readonly #lines: readonly CompiledLine[];

  constructor(lines: readonly CompiledLine[]) {
    this.#lines = lines;
    this.#seen = new Int32Array(lines.length + 1);
    this.#currentCounts = new Int32Array(lines.length + 1);
    this.#nextCounts = new Int32Array(lines.length + 1);
  }

  get isEmpty(): boolean {
    return this.#next.length === 0;
  }

  /** The rest of the output, whatever it is, is elided. */
  get isInLastElision(): boolean {
    return this.#currentElision !== -1 && this.#currentElision === this.#lines.length - 1;
  }

  /** Follow the current position with a found line. */
  take(position: number, text: string): void {
    const line = this.#lines[position];
    if (line === undefined) return;
    const count = this.#currentCounts[position] ?? 0;
    if (line.kind === "elision") this.add(position, count);
    else if (line.matches(text)) this.add(position + 1, count + (line.isFree ? 0 : 1));
  }

  /** Add a position to the next set, with those that it reaches without a found line. */
  add(from: number, count: number): void {
    for (let position = from; ; position++) {
      const isKnown = this.#seen[position] === this.#generation;
      if (isKnown && (this.#nextCounts[position] ?? 0) >= count) return;
      if (!isKnown) this.#next.push(position);
      this.#seen[position] = this.#generation;
      this.#nextCounts[position] = count;
      const line = this.#lines[position];
      if (line?.kind === "elision") this.#lastElision = Math.max(this.#lastElision, position);
      else if (line?.isOptional !== true) return;
    }
  }

  /** Make the set that was built the current one; the furthest of its positions. */
  advance(): number {
    const first = this.#lastElision;
    this.current = first === -1 ? this.#next : this.#next.filter((position) => position >= first);
    this.#currentElision = first;
    [this.#currentCounts, this.#nextCounts] = [this.#nextCounts, this.#currentCounts];
    this.#next = [];
    this.#lastElision = -1;
    this.#generation++;
    return this.current.reduce((a, b) => Math.max(a, b), 0);
  }

  /** The constrained lines on the best way to a current position; undefined when it is not reached. */
  countAt(position: number): number | undefined {
    return this.current.includes(position) ? this.#currentCounts[position] : undefined;
  }
}
