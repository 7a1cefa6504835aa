/**
 * Which rows stay where they are when an order becomes another; all others are put in their places around them. As many
 * as can be stay, and `fixed` always does: an element that is moved loses its focus.
 * @param {readonly number[]} before
 * @param {readonly number[]} after
 * @param {number | undefined} fixed
 * @returns {Set<number>}
 */
export function stayers(before, after, fixed) {
  const places = new Map(after.map((one, index) => [one, index]));
  const kept = before.filter((one) => places.has(one));
  const place = (/** @type {number} */ one) => places.get(one) ?? 0;
  if (fixed === undefined || !places.has(fixed) || !kept.includes(fixed)) return new Set(longestRise(kept, place));
  const at = kept.indexOf(fixed);
  return new Set([
    ...longestRise(
      kept.slice(0, at).filter((one) => place(one) < place(fixed)),
      place,
    ),
    fixed,
    ...longestRise(
      kept.slice(at + 1).filter((one) => place(one) > place(fixed)),
      place,
    ),
  ]);
}

/**
 * The longest rising subsequence, by patience sorting.
 * @param {readonly number[]} values
 * @param {(value: number) => number} rank
 */
function longestRise(values, rank) {
  /** @type {number[]} */
  const tops = [];
  /** @type {Map<number, number | undefined>} */
  const under = new Map();
  for (const value of values) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rank(/** @type {number} */ (tops[middle])) < rank(value)) low = middle + 1;
      else high = middle;
    }
    under.set(value, low === 0 ? undefined : tops[low - 1]);
    tops[low] = value;
  }
  /** @type {number[]} */
  const rise = [];
  for (let one = tops.at(-1); one !== undefined; one = under.get(one)) rise.push(one);
  return rise.reverse();
}
