/** One call of a load: its status, -1 without an answer, and what it took. */
export interface Called {
  readonly code: number;
  readonly seconds: number;
  /** Bytes: of the head, and of all. */
  readonly head: number;
  readonly size: number;
}

export interface Load {
  readonly calls: readonly Called[];
  readonly connections: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly percentiles: readonly number[];
}

/** Where fortio's histogram is cut, in milliseconds. */
const CUTS = (
  "1 2 3 4 5 6 7 8 9 10 11 12 14 16 18 20 25 30 35 40 45 50 60 70 80 90 100 120 140 160 180 200 250 300 350 400 450 500 600 700 " +
  "800 900 1000 2000 3000 4000 5000 7500 10000 20000 30000 40000 50000 75000 100000"
)
  .split(" ")
  .map((ms) => Number(ms) / 1000);

/** What fortio prints when a load is over. */
export function loadReport({ calls, connections, seconds, warmup, percentiles }: Load): string {
  const failed = calls.filter(({ code }) => code !== 200);
  const qps = calls.length / seconds;
  const times = (some: readonly Called[]): number[] => some.map((call) => call.seconds);
  const codes = [...new Set(calls.map(({ code }) => code))].sort((a, b) => a - b);
  const average = calls.length === 0 ? 0 : (1000 * sum(times(calls))) / calls.length;
  return [
    `Ended after ${duration(seconds)} : ${calls.length} calls. qps=${general(qps, 5)}`,
    ...histogram("Aggregated Function Time", times(calls), percentiles),
    ...histogram("Error cases", times(failed), percentiles),
    // It gives up a connection on which something went wrong, and opens another one.
    `Sockets used: ${connections + failed.length} (for perfect keepalive, would be ${connections})`,
    "Uniform: false, Jitter: false, Catchup allowed: true",
    ...codes.map((code) => {
      const count = calls.filter((call) => call.code === code).length;
      return `Code ${String(code).padStart(3)} : ${count} (${((100 * count) / calls.length).toFixed(1)} %)`;
    }),
    counter(
      "Response Header Sizes",
      calls.map(({ head }) => head),
    ),
    counter(
      "Response Body/Total Sizes",
      calls.map(({ size }) => size),
    ),
    `All done ${calls.length} calls (plus ${warmup} warmup) ${average.toFixed(3)} ms avg, ${qps.toFixed(1)} qps`,
    "",
  ].join("\n");
}

function counter(name: string, values: readonly number[]): string {
  if (values.length === 0) return `${name} : no data`;
  const total = sum(values);
  const average = total / values.length;
  const deviation = Math.sqrt(Math.max(0, sum(values.map((one) => one * one)) / values.length - average * average));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${name} : count ${values.length} avg ${general(average, 8)} +/- ${general(deviation, 4)} min ${general(least, 9)} max ${general(most, 9)} sum ${general(total, 9)}`;
}

interface Bucket {
  readonly from: number;
  readonly to: number;
  /** Of all values, with those of the buckets before. */
  readonly percent: number;
  readonly count: number;
}

function histogram(name: string, values: readonly number[], percentiles: readonly number[]): readonly string[] {
  if (values.length === 0) return [`${name} : no data`];
  const buckets = bucketsOf(values);
  const rows = buckets.map(({ from, to, percent, count }, index) => {
    const range = `${index === 0 ? ">=" : ">"} ${general(from, 6)} <= ${general(to, 6)}`;
    return `${range} , ${general((from + to) / 2, 6)} , ${percent.toFixed(2)}, ${count}`;
  });
  const targets = percentiles.map((one) => `# target ${one}% ${general(percentileOf(buckets, one), 6)}`);
  return [counter(name, values), "# range, mid point, percentile, count", ...rows, ...targets];
}

function bucketsOf(values: readonly number[]): readonly Bucket[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const buckets: Bucket[] = [];
  let seen = 0;
  let from = 0;
  for (const cut of [...CUTS, Number.POSITIVE_INFINITY]) {
    const [begin, isFirst] = [from, buckets.length === 0];
    const count = values.filter((one) => (one > begin || (begin === 0 && one === 0)) && one <= cut).length;
    from = cut;
    if (count === 0) continue;
    seen += count;
    const percent = (100 * seen) / values.length;
    buckets.push({ from: isFirst ? least : begin, to: Math.min(cut, most), percent, count });
  }
  return buckets;
}

/** As if a bucket's values lay evenly in it. */
function percentileOf(buckets: readonly Bucket[], wanted: number): number {
  let before = 0;
  for (const { from, to, percent } of buckets) {
    if (wanted <= percent) return from + ((wanted - before) / (percent - before)) * (to - from);
    before = percent;
  }
  return buckets.at(-1)?.to ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0);
}

/** Go's `%.Ng`. */
function general(value: number, digits: number): string {
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < digits) return String(Number(value.toPrecision(digits)));
  const [mantissa = "", power = ""] = Number(value.toPrecision(digits)).toExponential().split("e");
  const size = power.slice(1).padStart(2, "0");
  return `${mantissa}e${power[0]}${size}`;
}

/** A duration as Go prints it, of one that is given in seconds: `26.459ms`, `1m0.147s`. */
function duration(seconds: number): string {
  if (seconds < 1) return `${Number((seconds * 1000).toFixed(6))}ms`;
  const minutes = Math.floor(seconds / 60);
  const rest = Number((seconds - minutes * 60).toFixed(9));
  return minutes === 0 ? `${rest}s` : `${minutes}m${rest}s`;
}
