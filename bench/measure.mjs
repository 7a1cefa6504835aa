// The method of every row.
//
// Paired, in one run: the contenders and their yardstick take turns (A B A B), a warm-up first, and medians are compared as
// a ratio. So a slow or busy machine slows both; only ratios say something from one machine to another, and those to some
// 20 %. The yardstick is what the work costs without us: bare Node, bare bash, `CMD | wc -c`, `kubectl version --client`,
// or a peer that does the same work. A limit stands beside each row; a row is met or not met.
//
// Time is the wall's, from before a process is started until it has ended. Memory is the peak (resident) of the largest
// process that the work needs, by the system's own count (`VmHWM`): never of the sum, which counts shared pages twice.
//
// What is generated goes to a temporary folder; state and cache are private to the bench. Peers are used where they are
// installed, and said to be missing where they are not: nothing here needs one.
//
//   npm run bench [-- --strict] [-- NAME…]     NAME: startup, steps, memory, parse, peers, sandbox, proxy, mesh-config, class; `--strict`: 1 if unmet
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");
export const cli = path.join(root, "src/cli/bin.cjs");
export const node = process.execPath;

/** A folder that goes away with this process. */
export function scratchFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment of every measured process. Extra certificates cost Node 20 up to 80 ms at start: left out. */
export function benchEnv(extra = {}) {
  const env = { ...process.env, ...extra };
  delete env.NODE_EXTRA_CA_CERTS;
  return env;
}

/** The same with state and cache in a folder of the bench's own. */
export function privateEnv(folder) {
  const kinds = ["STATE", "CACHE", "CONFIG"];
  return benchEnv(Object.fromEntries(kinds.map((kind) => [`XDG_${kind}_HOME`, path.join(folder, kind.toLowerCase())])));
}

/** Wall time of one process in milliseconds; throws when it fails. */
export function time(command, args, options = {}) {
  const start = process.hrtime.bigint();
  const result = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"], env: benchEnv(), ...options });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (result.status !== (options.status ?? 0)) {
    throw new Error(`${command} ${args.join(" ")}: exit ${result.status ?? result.error}\n${result.stderr}`);
  }
  return ms;
}

/**
 * Peak memory in MiB of the largest process of a tree: each is looked at, again and again, until the first has ended. A
 * process of a few milliseconds may be missed; it is not the largest. Linux only.
 */
export async function peak(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], env: benchEnv(), ...options });
  const ended = new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  let largest = 0;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    for (const pid of familyOf(child.pid)) largest = Math.max(largest, peakOf(pid));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const status = await ended;
  if (status !== (options.status ?? 0)) throw new Error(`${command} ${args.join(" ")}: exit ${status}`);
  return largest / 1024;
}

function familyOf(pid) {
  const folder = `/proc/${pid}/task`;
  const children = existsSync(folder)
    ? readdirSync(folder).flatMap((task) => readOrEmpty(`${folder}/${task}/children`).split(" ").filter(Boolean))
    : [];
  return [pid, ...children.flatMap(familyOf)];
}

function peakOf(pid) {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 0);
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether a program is there; no row needs one that is not ours. */
export function isInstalled(program) {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
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
      const value = await run();
      if (round >= 0) times[name].push(value);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

/** How many rounds: by the caller, else by the script. */
export function roundsOr(usual) {
  return Number(process.env.BENCH_ROUNDS ?? usual);
}

/** One row of the budget table. An unmet one is told to `all.mjs` by exit code 3. */
export function row(work, measured, limit, unit, note = "") {
  const isMet = measured <= limit;
  if (!isMet) process.exitCode = 3;
  const cells = [work, `${format(measured)} ${unit}`, `${format(limit)} ${unit}`, isMet ? "met" : "NOT MET", note];
  console.log(`| ${cells.join(" | ")} |`);
}

export function header() {
  console.log("| work | measured | limit | | note |\n| --- | --- | --- | --- | --- |");
}

function format(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
