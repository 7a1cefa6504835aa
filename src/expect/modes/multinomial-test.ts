import { createLattice, type Lattice } from "./multinomial.ts";

/** Samples of the right shares that are rejected nevertheless: 1 in 100,000. */
export const FALSE_ALARM_RATE = 1e-5;
/** A shift of so much of the whole from one label to another must be noticed... */
const SHIFT = 0.1;
/** ...with this probability. */
const POWER = 0.999;
/** Halvings of the interval in which the critical probability lies; what is left of it errs towards larger samples. */
const BISECTIONS = 14;
const MAX_NEEDED = 100_000;

/**
 * The p-value of the exact multinomial test: the probability of outcomes that are at most as probable as this one. Below
 * the false-alarm rate it may be given as an upper bound that is below it, too.
 */
export function pValueOf(counts: readonly number[], probabilities: readonly number[]): number {
  const n = counts.reduce((a, b) => a + b, 0);
  const lattice = createLattice(n, probabilities);
  const logObserved = lattice.logProbability(counts);
  const bound = Math.exp(logObserved + logOutcomes(n, counts.length));
  if (bound < FALSE_ALARM_RATE) return bound;
  return Math.min(1, Math.max(0, 1 - lattice.massAbove(logObserved)));
}

/** The least number of draws from which a ten-point shift between any two labels is noticed. Found by bisection. */
export function neededSamples(probabilities: readonly number[]): number {
  let high = 32;
  while (high < MAX_NEEDED && !isEnough(high, probabilities)) high *= 2;
  let low = high / 2;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isEnough(middle, probabilities)) high = middle;
    else low = middle;
  }
  return high;
}

/** Whether n draws are enough. The needed number is, too: near it the power wavers by a little from one n to the next. */
export function areEnough(n: number, probabilities: readonly number[]): boolean {
  return isEnough(n, probabilities) || n >= neededSamples(probabilities);
}

/** Whether each shift is noticed often enough in n draws. The shift between the two most common labels is the hardest to see: it is tried first. */
function isEnough(n: number, probabilities: readonly number[]): boolean {
  const lattice = createLattice(n, probabilities);
  const critical = criticalLog(n, lattice, probabilities);
  return shiftsOf(probabilities).every((truth) => 1 - lattice.massAbove(critical, truth) >= POWER);
}

/** Outcomes at most this probable (a logarithm) are rejected: the greatest bound that keeps the false-alarm rate, nearly. */
function criticalLog(n: number, lattice: Lattice, probabilities: readonly number[]): number {
  let low = Math.log(FALSE_ALARM_RATE) - logOutcomes(n, probabilities.length);
  let high = Math.log(FALSE_ALARM_RATE);
  for (let turn = 0; turn < BISECTIONS; turn++) {
    const middle = (low + high) / 2;
    if (1 - lattice.massAbove(middle) < FALSE_ALARM_RATE) low = middle;
    else high = middle;
  }
  return low;
}

/** The shares after each ten-point shift that is possible, the hardest to notice first. */
function shiftsOf(probabilities: readonly number[]): readonly (readonly number[])[] {
  const shifts = [...probabilities.keys()].flatMap((from) =>
    [...probabilities.keys()].flatMap((to) => {
      const [source = 0, target = 0] = [probabilities[from], probabilities[to]];
      if (from === to || source < SHIFT - 1e-12) return [];
      const shares = probabilities.with(from, source - SHIFT < 1e-12 ? 0 : source - SHIFT).with(to, target + SHIFT);
      return [{ shares, ease: 1 / source + 1 / target }];
    }),
  );
  return shifts.toSorted((a, b) => a.ease - b.ease).map(({ shares }) => shares);
}

/** Logarithm of how many outcomes n draws among k labels can have. */
function logOutcomes(n: number, k: number): number {
  let log = 0;
  for (let index = 1; index < k; index++) log += Math.log(n + index) - Math.log(index);
  return log;
}
