import type { Elision, ExpectedValue } from "../expectation.ts";
import type { Value } from "./document.ts";

type Item = ExpectedValue | Elision;
type Fits = (item: ExpectedValue, value: Value) => boolean;

/** Whether an array's elements are as expected, and the expected ones that found no place. */
export interface Placing {
  readonly isWhole: boolean;
  readonly missing: readonly ExpectedValue[];
}

/** In order, `...` for none or more: which beginnings of the expected elements can take which of the found ones. */
export function placeInOrder(items: readonly Item[], found: readonly Value[], fits: Fits): Placing {
  let reached: readonly boolean[] = [true, ...found.map(() => false)];
  let furthest = 0;
  for (const [index, item] of items.entries()) {
    const next = item.kind === "elision" ? fill(reached) : step(reached, (at) => fits(item, found[at] as Value));
    if (next.includes(true)) furthest = index + 1;
    reached = next;
  }
  const rest = items.slice(furthest).flatMap((item) => (item.kind === "elision" ? [] : [item]));
  return { isWhole: reached.at(-1) === true, missing: rest.slice(0, 1) };
}

function fill(reached: readonly boolean[]): readonly boolean[] {
  const first = reached.indexOf(true);
  return reached.map((_, at) => first !== -1 && at >= first);
}

function step(reached: readonly boolean[], fitsAt: (at: number) => boolean): readonly boolean[] {
  return reached.map((_, at) => at > 0 && reached[at - 1] === true && fitsAt(at - 1));
}

/** In any order: each expected element gets one found element of its own wherever that is possible (augmenting paths). */
export function assignItems(items: readonly Item[], found: readonly Value[], fits: Fits): Placing {
  const wanted = items.flatMap((item) => (item.kind === "elision" ? [] : [item]));
  const edges = wanted.map((item) => [...found.keys()].filter((at) => fits(item, found[at] as Value)));
  const ownerOf: (number | undefined)[] = found.map(() => undefined);
  const missing = wanted.filter((_, index) => !augment(index, edges, ownerOf));
  const mayHaveOthers = wanted.length < items.length;
  return { isWhole: missing.length === 0 && (mayHaveOthers || found.length === wanted.length), missing };
}

/** Breadth first to a free element, then each on the way moves one on. */
function augment(start: number, edges: readonly (readonly number[])[], ownerOf: (number | undefined)[]): boolean {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const index of queue) {
    for (const at of edges[index] ?? []) {
      if (cameFrom.has(at)) continue;
      cameFrom.set(at, index);
      const owner = ownerOf[at];
      if (owner !== undefined) queue.push(owner);
      else {
        settle(at, { start, cameFrom, ownerOf });
        return true;
      }
    }
  }
  return false;
}

interface Trail {
  readonly start: number;
  readonly cameFrom: ReadonlyMap<number, number>;
  readonly ownerOf: (number | undefined)[];
}

function settle(free: number, { start, cameFrom, ownerOf }: Trail): void {
  for (let at = free; ; ) {
    const index = cameFrom.get(at) ?? start;
    const before = ownerOf.indexOf(index);
    ownerOf[at] = index;
    if (index === start) return;
    at = before;
  }
}
