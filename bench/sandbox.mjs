// The sandbox: from spawn to the first good `kubectl get`, and what a `kubectl get` costs.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { benchEnv, cli, header, median, paired, row, time } from "./measure.mjs";

const dir = mkdtempSync(path.join(os.tmpdir(), "bench-"));
const env = benchEnv({ XDG_STATE_HOME: path.join(dir, "state"), XDG_CACHE_HOME: path.join(dir, "cache") });
const node = process.execPath;

/** The sandbox's environment, as `learn-istio env` prints it. */
function sandboxEnv() {
  const printed = spawnSync(node, [cli, "env", "--target", "sandbox"], { env, encoding: "utf8" }).stdout;
  const shell = spawnSync("bash", ["-c", `${printed}\nenv -0`], { env, encoding: "utf8" }).stdout;
  return Object.fromEntries(
    shell
      .split("\0")
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

function start(fresh) {
  time(node, [cli, "sandbox", fresh ? "reset" : "stop", "--yes"], { env });
  const begin = process.hrtime.bigint();
  time(node, [cli, "sandbox", "start"], { env });
  const inside = known ?? sandboxEnv();
  time("kubectl", ["get", "namespaces"], { env: inside });
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

let known;
try {
  time(node, [cli, "sandbox", "start"], { env });
  known = sandboxEnv();
  const rounds = Number(process.argv[2] ?? 11);
  const starts = Array.from({ length: rounds }, () => start(false));
  const ms = await paired(
    {
      version: () => time("kubectl", ["version", "--client"], { env: known }),
      get: () => time("kubectl", ["get", "pods", "-A"], { env: known }),
    },
    rounds,
  );
  header();
  row("`sandbox start` → first good `kubectl get`", median(starts), 400, "ms", "the CLI's own process included");
  row(
    "`kubectl get` on the sandbox",
    ms.get / ms.version,
    1.3,
    "× `kubectl version --client`",
    `${ms.get.toFixed(0)} ms`,
  );
} finally {
  spawnSync(node, [cli, "sandbox", "stop"], { env });
  rmSync(dir, { recursive: true, force: true });
}
