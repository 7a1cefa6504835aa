// The same work by those who do this job: N × `echo` with its expectation, and 200 steps of 50 lines. A table to read, with
// no limits; `steps.mjs` has those. Who is not installed is left out, with a line that says how to get it.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { benchEnv, cli, isInstalled, node, paired, privateEnv, roundsOr, scratchFolder, time } from "./measure.mjs";
import { stepsOf, writeWork } from "./work.mjs";

const dir = scratchFolder();
const env = { ...privateEnv(dir), TERM: "dumb" };

/** Runner → how it is called, its format, where it comes from, and the most steps that it gets through in seconds. */
const PEERS = {
  "bare bash": { command: ["bash"], format: "bash" },
  "learn-istio": { command: [node, cli, "test", "--target", "none"], format: "lesson" },
  byexample: { command: ["byexample", "--pretty", "none", "-l", "shell"], from: "PyPI: byexample" },
  cram: { command: ["cram", "--shell=bash"], from: "Debian: cram" },
  prysk: { command: ["prysk", "--shell=bash"], format: "cram", from: "PyPI: prysk" },
  expect: { command: ["expect"], from: "Debian: expect" },
  shelltest: { command: ["shelltest"], from: "Debian: shelltestrunner" },
  clitest: { command: ["clitest"], from: "Debian: clitest" },
  txm: { command: ["txm", "--jobs", "1"], from: "npm: txm" },
  bats: { command: ["bats"], from: "Debian: bats", most: 100 },
};
const COUNTS = [1, 100, 1000];

console.log(
  "| runner | N = 1, ms | N = 100 | N = 1,000 | µs a step | 200 × 50 lines |\n| --- | --- | --- | --- | --- | --- |",
);
for (const [name, { command, format = name, from, most = Number.POSITIVE_INFINITY }] of Object.entries(PEERS)) {
  const [program, ...args] = command;
  if (!path.isAbsolute(program) && !isInstalled(program)) {
    console.log(`| ${name} | skipped: not installed (${from}) | | | | |`);
    continue;
  }
  const counts = COUNTS.filter((count) => count <= most);
  const works = Object.fromEntries(counts.map((count) => [count, writeWork(dir, format, `n${count}`, stepsOf(count))]));
  works.wide = writeWork(dir, format, "wide", stepsOf(200, 50));
  const broken = refusal(program, args, works[1]);
  if (broken !== undefined) {
    console.log(`| ${name} | skipped: it does not pass the work (${broken}) | | | | |`);
    continue;
  }
  const run = ([key, file]) => [key, () => time(program, [...args, file], { env, cwd: dir })];
  const ms = await paired(Object.fromEntries(Object.entries(works).map(run)), roundsOr(3));
  const last = counts.at(-1);
  const step = ((ms[last] - ms[1]) / (last - 1)) * 1000;
  const cells = [...COUNTS.map((count) => ms[count]), step, ms.wide];
  console.log(`| ${name} | ${cells.map((value) => (value === undefined ? "" : value.toFixed(0))).join(" | ")} |`);
}

/** Why a runner cannot be measured: a row of failures would be fast. */
function refusal(program, args, file) {
  const { status, error } = spawnSync(program, [...args, file], { env: benchEnv(env), cwd: dir, stdio: "ignore" });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : `exit ${status}`;
}
