/** With fewer times than this a class has no quartiles worth the name. */
const FEWEST = 4;

/** Nobody is stuck within this of what three of four learners needed: a step of ten seconds has no slow ones. */
const GRACE_MS = 30_000;

/** Lower quartile, median, upper quartile, by linear interpolation (type 7 of Hyndman and Fan, 1996); undefined of nothing. */
export function quartilesOf(values: readonly number[]): readonly [number, number, number] | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
}

/**
 * When somebody takes longer at a step than its class does: Tukey's fence, one and a half interquartile ranges above the
 * upper quartile. Undefined while too few have done it.
 */
export function slowAfter(values: readonly number[]): { readonly ms: number; readonly usualMs: number } | undefined {
  const quartiles = values.length < FEWEST ? undefined : quartilesOf(values);
  if (quartiles === undefined) return undefined;
  const [lower, median, upper] = quartiles;
  return { ms: upper + Math.max(1.5 * (upper - lower), GRACE_MS), usualMs: median };
}

function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
