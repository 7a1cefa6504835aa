import { breathe, Failure } from "../process.ts";

/** Lines `from`…`to` of the one stand for lines `otherFrom`…`otherTo` of the other; from 0, the ends excluded. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly otherFrom: number;
  readonly otherTo: number;
}

/** How many steps are remembered; files that differ more than this are told as changed from end to end. */
const MAX_STEPS = 2000;

/** The fewest edits that make the one into the other (Myers' way), gathered where they touch. */
export async function editsBetween(
  one: readonly string[],
  other: readonly string[],
  signal: AbortSignal,
): Promise<readonly Edit[]> {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let [endA, endB] = [one.length, other.length];
  while (endA > start && endB > start && one[endA - 1] === other[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const [a, b] = [one.slice(start, endA), other.slice(start, endB)];
  if (a.length === 0 && b.length === 0) return [];
  const trail = await trailOf(a, b, signal);
  if (trail === undefined) return [{ from: start, to: endA, otherFrom: start, otherTo: endB }];
  return gathered(trail, a.length, b.length).map(({ from, to, otherFrom, otherTo }) => ({
    from: from + start,
    to: to + start,
    otherFrom: otherFrom + start,
    otherTo: otherTo + start,
  }));
}

/** How far each diagonal came at each step; undefined when it takes too many. */
async function trailOf(
  a: readonly string[],
  b: readonly string[],
  signal: AbortSignal,
): Promise<readonly Map<number, number>[] | undefined> {
  const trail: Map<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let step = 0; step <= a.length + b.length; step += 1) {
    if (step > MAX_STEPS) return undefined;
    await breathe(signal);
    const next = new Map<number, number>();
    trail.push(reach);
    for (let k = -step; k <= step; k += 2) {
      const [down, right] = [reach.get(k + 1) ?? -1, reach.get(k - 1) ?? -1];
      let x = k === -step || (k !== step && right < down) ? down : right + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) {
        trail.push(next);
        return trail;
      }
    }
    reach = next;
  }
  throw new Failure("no way from one file to the other");
}

function gathered(trail: readonly Map<number, number>[], endA: number, endB: number): Edit[] {
  const removed = new Set<number>();
  const added = new Set<number>();
  let [x, y] = [endA, endB];
  for (let step = trail.length - 2; step > 0; step -= 1) {
    const reach = trail[step] ?? new Map<number, number>();
    const k = x - y;
    const [down, right] = [reach.get(k + 1) ?? -1, reach.get(k - 1) ?? -1];
    const isDown = k === -step || (k !== step && right < down);
    const before = isDown ? down : right;
    const beforeY = before - (isDown ? k + 1 : k - 1);
    if (isDown) added.add(beforeY);
    else removed.add(before);
    [x, y] = [before, beforeY];
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < endA || j < endB) {
    const [from, otherFrom] = [i, j];
    while (removed.has(i)) i += 1;
    while (added.has(j)) j += 1;
    if (i > from || j > otherFrom) edits.push({ from, to: i, otherFrom, otherTo: j });
    else {
      i += 1;
      j += 1;
    }
  }
  return edits;
}
