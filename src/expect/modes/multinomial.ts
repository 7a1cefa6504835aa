/**
 * Exact multinomial probabilities, for at most four labels.
 *
 * A test rejects an outcome x of n draws when the outcomes that are at most as probable as x have together less than
 * the false-alarm rate α. What is summed is the other side, the outcomes more probable than a bound: they form a convex
 * heap around the expectation, of some n^((k-1)/2) points instead of n^(k-1). The sum walks the first k-2 counts; a
 * beginning whose own (marginal) probability is below the bound has no outcome above it and is left out. Of the last
 * two counts the probability is log-concave in the one, so the outcomes above the bound are an interval, found by
 * bisection, and its mass is a difference of a binomial's cumulative sums. Nothing is drawn or approximated; what is left is
 * rounding, about 1e-12.
 */
export interface Lattice {
  /** Natural logarithm of the probability of an outcome. */
  logProbability(counts: readonly number[]): number;
  /** Mass, under `truth` (by default the probabilities themselves), of the outcomes more probable than `exp(logBound)`. */
  massAbove(logBound: number, truth?: readonly number[]): number;
}

/** Outcomes that are equally probable by the rules must not be parted by rounding. */
const TIE = 1e-7;

export function createLattice(n: number, probabilities: readonly number[]): Lattice {
  const logFactorial = logFactorials(n);
  const logOf = probabilities.map(Math.log);
  const cumulative = new Map<string, (m: number) => Float64Array>();
  const binomials = (share: number): ((m: number) => Float64Array) => {
    const key = String(share);
    const known = cumulative.get(key) ?? cumulativeBinomials(share, logFactorial);
    cumulative.set(key, known);
    return known;
  };
  return {
    logProbability: (counts) =>
      counts.reduce((sum, count, index) => sum + term(count, logOf[index], logFactorial), logFactorial[n] ?? 0),
    massAbove: (logBound, truth = probabilities) => {
      const tail = truth.slice(-2);
      const share = tail[0] === 0 ? 0 : (tail[0] ?? 0) / ((tail[0] ?? 0) + (tail[1] ?? 0));
      const walk = { probabilities, truth, logFactorial, logBound: logBound + TIE, binomial: binomials(share) };
      return massFrom(walk, { index: 0, left: n, logHere: logFactorial[n] ?? 0, logTruth: logFactorial[n] ?? 0 });
    },
  };
}

interface Walk {
  readonly probabilities: readonly number[];
  readonly truth: readonly number[];
  readonly logFactorial: Float64Array;
  readonly logBound: number;
  readonly binomial: (m: number) => Float64Array;
}

/** Counts before `index` are chosen, `left` draws are not; the logarithms are of what is chosen, n! included. */
interface Beginning {
  readonly index: number;
  readonly left: number;
  readonly logHere: number;
  readonly logTruth: number;
}

function massFrom(walk: Walk, beginning: Beginning): number {
  const { index, left } = beginning;
  if (walk.probabilities.length - index === 2) return massOfLastTwo(walk, beginning);
  const { probabilities, truth, logFactorial, logBound } = walk;
  const logRest = Math.log(sum(probabilities.slice(index + 1)));
  const logP = Math.log(probabilities[index] ?? 0);
  const logQ = Math.log(truth[index] ?? 0);
  const marginal = (count: number): number =>
    beginning.logHere + term(count, logP, logFactorial) + term(left - count, logRest, logFactorial);
  const share = (probabilities[index] ?? 0) / sum(probabilities.slice(index));
  const interval = intervalAbove(marginal, logBound, { left, share });
  if (interval === undefined) return 0;
  let mass = 0;
  for (let count = interval.from; count <= interval.to; count++) {
    mass += massFrom(walk, {
      index: index + 1,
      left: left - count,
      logHere: beginning.logHere + term(count, logP, logFactorial),
      logTruth: beginning.logTruth + term(count, logQ, logFactorial),
    });
  }
  return mass;
}

function massOfLastTwo(walk: Walk, { index, left, logHere, logTruth }: Beginning): number {
  const { probabilities, truth, logFactorial, logBound } = walk;
  const [first = 0, second = 0] = probabilities.slice(index);
  const [logFirst, logSecond] = [Math.log(first), Math.log(second)];
  const log = (count: number): number =>
    logHere + term(count, logFirst, logFactorial) + term(left - count, logSecond, logFactorial);
  const interval = intervalAbove(log, logBound, { left, share: first / (first + second) });
  if (interval === undefined) return 0;
  const sums = walk.binomial(left);
  const inside = (sums[interval.to] ?? 0) - (interval.from === 0 ? 0 : (sums[interval.from - 1] ?? 0));
  return inside * Math.exp(logTruth + term(left, Math.log(sum(truth.slice(index))), logFactorial));
}

/** The counts whose value of a concave function lies above a bound; the function is greatest near `share` of what is left. */
function intervalAbove(
  value: (count: number) => number,
  bound: number,
  { left, share }: { readonly left: number; readonly share: number },
): { readonly from: number; readonly to: number } | undefined {
  let mode = Math.min(left, Math.floor((left + 1) * share));
  while (mode > 0 && value(mode - 1) > value(mode)) mode--;
  while (mode < left && value(mode + 1) > value(mode)) mode++;
  if (!(value(mode) > bound)) return undefined;
  let [outside, from] = [-1, mode];
  while (from - outside > 1) {
    const middle = (from + outside) >> 1;
    if (value(middle) > bound) from = middle;
    else outside = middle;
  }
  let to = mode;
  outside = left + 1;
  while (outside - to > 1) {
    const middle = (to + outside) >> 1;
    if (value(middle) > bound) to = middle;
    else outside = middle;
  }
  return { from, to };
}

/** Cumulative sums of the binomial distribution of m draws, made once for each m. */
function cumulativeBinomials(share: number, logFactorial: Float64Array): (m: number) => Float64Array {
  const made = new Map<number, Float64Array>();
  const [logYes, logNo] = [Math.log(share), Math.log(1 - share)];
  return (m) => {
    const known = made.get(m);
    if (known !== undefined) return known;
    const sums = new Float64Array(m + 1);
    let total = 0;
    for (let count = 0; count <= m; count++) {
      const log = term(count, logYes, logFactorial) + term(m - count, logNo, logFactorial);
      total += Math.exp((logFactorial[m] ?? 0) + log);
      sums[count] = total;
    }
    made.set(m, sums);
    return sums;
  };
}

/** count · log p − log count!, where no draw of something impossible is certain. */
function term(count: number, logP: number | undefined, logFactorial: Float64Array): number {
  return (count === 0 ? 0 : count * (logP ?? 0)) - (logFactorial[count] ?? 0);
}

function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1);
  for (let index = 2; index <= n; index++) table[index] = (table[index - 1] ?? 0) + Math.log(index);
  return table;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
