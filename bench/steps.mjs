// What a trivial step costs, and whether the cost is linear; 200 steps of 50 lines against bare bash.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { benchEnv, cli, header, paired, row, time } from "./measure.mjs";

/** The peer: byexample (PyPI). Where it is not installed, what it took on the machine where the budgets were set. */
const havePeer = spawnSync("byexample", ["--version"]).status === 0;
const PEER_ELSEWHERE = { one: 300, thousand: 780 };

const dir = mkdtempSync(path.join(os.tmpdir(), "bench-"));
const env = benchEnv({ XDG_STATE_HOME: path.join(dir, "state"), XDG_CACHE_HOME: path.join(dir, "cache") });

function write(name, steps, lines) {
  const command = (i) => (lines === 1 ? `echo step-${i}` : `seq -f 'step-${i}-line-%g' ${lines}`);
  const output = (i) =>
    lines === 1 ? [`step-${i}`] : Array.from({ length: lines }, (_, k) => `step-${i}-line-${k + 1}`);
  const numbers = Array.from({ length: steps }, (_, i) => i + 1);
  const fence = "```";
  writeFileSync(
    path.join(dir, `${name}.md`),
    `# Lesson\n\n${numbers.map((i) => `## step-${i}\n\nSome prose for step ${i}.\n\n${fence}bash\n${command(i)}\n${fence}\n\n${fence}output\n${output(i).join("\n")}\n${fence}\n\n`).join("")}`,
  );
  writeFileSync(
    path.join(dir, `${name}-peer.md`),
    numbers.map((i) => `${fence}shell\n$ ${command(i)}\n${output(i).join("\n")}\n${fence}\n\n`).join(""),
  );
  writeFileSync(path.join(dir, `${name}.sh`), numbers.map((i) => `${command(i)}\n`).join(""));
}
for (const n of [1, 1000, 5000]) write(`n${n}`, n, 1);
write("wide", 200, 50);

const lesson =
  (name, cache = env.XDG_CACHE_HOME) =>
  () =>
    time(process.execPath, [cli, "test", "--target", "none", path.join(dir, `${name}.md`)], {
      env: { ...env, XDG_CACHE_HOME: cache },
    });
const peer = (name, elsewhere) => () =>
  havePeer
    ? time("byexample", ["--pretty", "none", "-l", "shell", path.join(dir, `${name}-peer.md`)], {
        env: { ...env, TERM: "dumb" },
      })
    : elsewhere;
const cold = () => lesson("n1000", mkdtempSync(path.join(dir, "cache-")))();
try {
  const ms = await paired(
    {
      n1: lesson("n1"),
      n1000: lesson("n1000"),
      n5000: lesson("n5000"),
      cold,
      peer1: peer("n1", PEER_ELSEWHERE.one),
      peer1000: peer("n1000", PEER_ELSEWHERE.thousand),
      wide: lesson("wide"),
      bash: () => time("bash", [path.join(dir, "wide.sh")], { env }),
    },
    Number(process.argv[2] ?? 7),
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
} finally {
  rmSync(dir, { recursive: true, force: true });
}
