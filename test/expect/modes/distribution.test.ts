import { expect, test } from "vitest";
import { neededSamples, pValueOf } from "../../../src/expect/modes/multinomial-test.ts";
import { compareStructured, parse, sketch } from "../compare.ts";

/** Every outcome of n draws among k labels. */
function outcomes(n: number, k: number): number[][] {
  if (k === 1) return [[n]];
  return Array.from({ length: n + 1 }, (_, first) => outcomes(n - first, k - 1).map((rest) => [first, ...rest])).flat();
}

function probabilityOf(counts: readonly number[], probabilities: readonly number[]): number {
  let drawn = 0;
  return counts.reduce((product, count, index) => {
    let value = product;
    for (let turn = 1; turn <= count; turn++) value *= ((probabilities[index] ?? 0) * ++drawn) / turn;
    return value;
  }, 1);
}

test.each([
  [[0.5, 0.5], 20],
  [[0.9, 0.1], 30],
  [[0.6, 0.3, 0.1], 14],
  [[1 / 3, 1 / 3, 1 / 3], 12],
  [[0.05, 0.05, 0.9], 10],
  [[0.25, 0.25, 0.25, 0.25], 8],
  [[0.4, 0.3, 0.2, 0.1], 9],
])("the p-value is that of all outcomes, tried one by one: %j, %i draws", (probabilities, n) => {
  const all = outcomes(n, probabilities.length).map((counts) => ({ counts, p: probabilityOf(counts, probabilities) }));
  for (const { counts, p } of all) {
    const exact = all.reduce((sum, other) => sum + (other.p <= p * (1 + 1e-6) ? other.p : 0), 0);
    const found = pValueOf(counts, probabilities);
    if (exact < 1e-5) expect(found).toBeLessThan(1e-5);
    else expect(Math.abs(found - exact)).toBeLessThan(1e-10);
  }
});

test.each([
  [[50, 50], 1405],
  [[90, 10], 691],
  [[75, 25], 1164],
  [[60, 30, 10], 1288],
  [[1, 1, 1], 987],
  [[99, 1], 226],
  [[1, 1, 1, 1], 764],
])("samples that are needed for %j: %i", (weights, needed) => {
  const whole = weights.reduce((a, b) => a + b, 0);
  expect(neededSamples(weights.map((weight) => weight / whole))).toBe(needed);
});

/** A small generator with a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function draw(n: number, shares: readonly number[], random: () => number): number[] {
  const counts = shares.map(() => 0);
  for (let turn = 0; turn < n; turn++) {
    let index = 0;
    for (let left = random() - (shares[0] ?? 0); left >= 0 && index < shares.length - 1; left -= shares[index] ?? 0)
      index++;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** How many samples the simulations below draw; the whole proof draws 100,000 (`LEARN_ISTIO_SAMPLES=100000`). */
const SAMPLES = Number(process.env.LEARN_ISTIO_SAMPLES ?? 2000);

/** The same counts come again and again: each is judged once. */
function rejections(
  n: number,
  truth: readonly number[],
  shares: readonly number[],
  seed: number,
  samples: number,
): number {
  const random = generator(seed);
  const known = new Map<string, boolean>();
  let rejected = 0;
  for (let turn = 0; turn < samples; turn++) {
    const counts = draw(n, truth, random);
    const key = counts.join();
    let isRejected = known.get(key);
    if (isRejected === undefined) {
      isRejected = pValueOf(counts, shares) < 1e-5;
      known.set(key, isRejected);
    }
    if (isRejected) rejected++;
  }
  return rejected;
}

/** The least count that as many draws at this rate exceed with a probability below 1 in 100,000. */
function bound(draws: number, rate: number): number {
  let term = Math.exp(draws * Math.log1p(-rate));
  let [below, count] = [term, 0];
  while (1 - below > 1e-5) {
    term *= ((draws - count) / (count + 1)) * (rate / (1 - rate));
    count++;
    below += term;
  }
  return count;
}

/** Everything that ten points can be shifted from and to. */
const SHIFTS = [
  [0.5, 0.4, 0.1],
  [0.5, 0.3, 0.2],
  [0.7, 0.2, 0.1],
  [0.6, 0.2, 0.2],
  [0.7, 0.3, 0],
  [0.6, 0.4, 0],
];
const RIGHT = [0.6, 0.3, 0.1];
const LONG = 600_000;

test("the bound is the binomial one", () => {
  expect([bound(2000, 1e-5), bound(100_000, 1e-5), bound(2000, 1e-3), bound(100, 0.5)]).toEqual([2, 8, 10, 71]);
});

test("samples of the right shares are rejected no more often than 1 in 100,000", { timeout: LONG }, () => {
  for (const n of [neededSamples(RIGHT), 2000]) {
    expect(rejections(n, RIGHT, RIGHT, n, SAMPLES)).toBeLessThanOrEqual(bound(SAMPLES, 1e-5));
  }
});

test("60/30/10 against 50/40/10 at 2,000 samples is noticed in more than 99 of 100", { timeout: LONG }, () => {
  expect(rejections(2000, [0.5, 0.4, 0.1], RIGHT, 2, SAMPLES)).toBeGreaterThan(0.99 * SAMPLES);
});

test.each(SHIFTS.map((shift) => ({ shift })))(
  "with the samples that are needed a shift to $shift is missed at most once in a thousand",
  { timeout: LONG },
  ({ shift }) => {
    const unnoticed = SAMPLES - rejections(neededSamples(RIGHT), shift, RIGHT, 3, SAMPLES);
    expect(unnoticed).toBeLessThanOrEqual(bound(SAMPLES, 1e-3));
  },
);

test("with a tenth fewer samples the hardest shift is missed more often than that", { timeout: LONG }, () => {
  const n = Math.floor(0.9 * neededSamples(RIGHT));
  const samples = Math.max(SAMPLES, 20_000);
  expect(samples - rejections(n, [0.5, 0.4, 0.1], RIGHT, 4, samples)).toBeGreaterThan(bound(samples, 1e-3));
});

const PAGE = "    780 reviews-v1\n    390 reviews-v2\n    130 reviews v3";
const options = { weights: [60, 30, 10] };

test.each([
  ["the page's own counts", PAGE, "match"],
  ["another order, other counts", "139 reviews  v3\n  801 reviews-v1\n 380 reviews-v2\n", "match"],
  [
    "a shift",
    "650 reviews-v1\n520 reviews-v2\n130 reviews v3\n",
    /differ .* by more than chance does once in 100,000 samples of 1300/,
  ],
  ["a label missing", "900 reviews-v1\n400 reviews-v2\n", /`reviews v3` did not occur/],
  ["an unknown label", `${PAGE}\n1 \n2 upstream error`, /not a count and a label/],
  ["an unknown label, counted", `${PAGE}\n 2 upstream error`, /`upstream error` is not among the labels/],
  ["a label twice", `${PAGE}\n 2 reviews-v1`, /counted twice/],
  ["too few", "60 reviews-v1\n30 reviews-v2\n10 reviews v3\n", /^Too few samples: need 1288, found 100\./],
  ["few, and all wrong", "1 reviews-v1\n1 reviews-v2\n98 reviews v3\n", /differ/],
  ["nothing", "", /did not occur/],
])("%s", async (_, output, expected) => {
  const said = sketch(await compareStructured(PAGE, output, "distribution", { options }));
  if (typeof expected === "string") expect(said).toBe(expected);
  else expect(said).toMatch(expected);
});

test("labels, shares and counts are told", async () => {
  const output = "650 reviews-v1\n650 other\n";
  expect(sketch(await compareStructured(PAGE, output, "distribution", { options }))).toMatchInlineSnapshot(`
    "The labels are not those of the page: \`other\` is not among the labels of the page; \`reviews-v2\`, \`reviews v3\` did not occur.
    reviews-v1: found 650 of 1300, expected 0.6
    reviews-v2: found 0 of 1300, expected 0.3
    reviews v3: found 0 of 1300, expected 0.1
    other: found 650 of 1300, expected undefined"
  `);
});

test.each([
  ["3 a\n2 b", [1, 1, 1], "LI060"],
  ["3 a", [1], "LI060"],
  ["1 a\n1 b\n1 c\n1 d\n1 e", [1, 1, 1, 1, 1], "LI060"],
  ["a\n2 b", [1, 1], "LI061"],
  ["1 a\n2 a", [1, 1], "LI061"],
  ["", [1, 1], "LI050"],
])("%j with weights %j is %s", (body, weights, code) => {
  expect(parse(body, "distribution", { weights }).diagnostics.map((each) => each.code)).toEqual([code]);
});
