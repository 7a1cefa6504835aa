// Paired, in one run: each contender and the yardstick take turns (A B A B), medians are compared as a ratio.
import { spawnSync } from "node:child_process";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");
export const cli = path.join(root, "src/cli/bin.cjs");

/** The environment of every measured process. Extra certificates cost Node 20 up to 80 ms at start: left out. */
export function benchEnv(extra = {}) {
  const env = { ...process.env, ...extra };
  delete env.NODE_EXTRA_CA_CERTS;
  return env;
}

/** Wall time of one process in milliseconds; throws when it fails. */
export function time(command, args, options = {}) {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"], env: benchEnv(), ...options });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== (options.status ?? 0)) {
    throw new Error(`${command} ${args.join(" ")}: exit ${result.status}\n${result.stderr}`);
  }
  return ms;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Run each contender in turn, `rounds` times after one warm-up. Gives the median of each. */
export async function paired(contenders, rounds) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const ms = await run();
      if (round >= 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

/** One row of the budget table. */
export function row(work, measured, limit, unit, note = "") {
  const verdict = measured <= limit ? "met" : "NOT MET";
  console.log(`| ${work} | ${format(measured)} ${unit} | ${format(limit)} ${unit} | ${verdict} | ${note} |`);
  return measured <= limit;
}

export function header() {
  console.log("| work | measured | limit | | note |\n| --- | --- | --- | --- | --- |");
}

function format(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
