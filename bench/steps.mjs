// What a trivial step costs, and whether the cost is linear; 200 steps of 50 lines against bare bash.
import { mkdtempSync } from "node:fs";
import path from "node:path";
import {
  benchEnv,
  cli,
  header,
  isInstalled,
  node,
  paired,
  privateEnv,
  roundsOr,
  row,
  scratchFolder,
  time,
} from "./measure.mjs";
import { stepsOf, writeWork } from "./work.mjs";

/** The peer: byexample (PyPI). Where it is not installed, what it took on the machine where the budgets were set. */
const havePeer = isInstalled("byexample");
const PEER_ELSEWHERE = { one: 300, thousand: 780 };

const dir = scratchFolder();
const env = privateEnv(dir);
const files = Object.fromEntries(
  [1, 1000, 5000].map((count) => [count, writeWork(dir, "lesson", `n${count}`, stepsOf(count))]),
);
const wide = writeWork(dir, "lesson", "wide", stepsOf(200, 50));
const wideBash = writeWork(dir, "bash", "wide", stepsOf(200, 50));

const lesson = (file, given = env) => time(node, [cli, "test", "--target", "none", file], { env: given });
const cold = () => lesson(files[1000], { ...env, XDG_CACHE_HOME: mkdtempSync(path.join(dir, "cache-")) });
const peer = (count, elsewhere) => {
  if (!havePeer) return () => elsewhere;
  const file = writeWork(dir, "byexample", `n${count}`, stepsOf(count));
  return () =>
    time("byexample", ["--pretty", "none", "-l", "shell", file], { env: benchEnv({ TERM: "dumb" }), cwd: dir });
};

const ms = await paired(
  {
    n1: () => lesson(files[1]),
    n1000: () => lesson(files[1000]),
    n5000: () => lesson(files[5000]),
    cold,
    peer1: peer(1, PEER_ELSEWHERE.one),
    peer1000: peer(1000, PEER_ELSEWHERE.thousand),
    wide: () => lesson(wide),
    bash: () => time("bash", [wideBash], { env }),
  },
  roundsOr(7),
);
const early = ((ms.n1000 - ms.n1) / 999) * 1000;
const late = ((ms.n5000 - ms.n1000) / 4000) * 1000;
const peerStep = ((ms.peer1000 - ms.peer1) / 999) * 1000;
const note = havePeer
  ? `byexample: ${peerStep.toFixed(0)} µs a step, ${ms.peer1000.toFixed(0)} ms in all`
  : "byexample not installed: its figures from elsewhere";
header();
row("a trivial step, N = 1 → 1,000, parse cache warm", early, peerStep / 2, "µs", note);
row("linear: N = 1,000 → 5,000 against 1 → 1,000", late / early, 1.1, "×", `${late.toFixed(0)} µs late`);
row("whole `test`, N = 1,000, cache cold", ms.cold / ms.peer1000, 1, "× byexample", `${ms.cold.toFixed(0)} ms`);
row("whole `test`, N = 1,000, cache warm", ms.n1000 / ms.peer1000, 0.5, "× byexample", `${ms.n1000.toFixed(0)} ms`);
row("200 steps of 50 lines", ms.wide / ms.bash, 2, "× bare bash", `bare bash ${ms.bash.toFixed(0)} ms`);
