// The sandbox: from nothing to the first good `kubectl get`, what a `kubectl get` costs, and what an idle one costs.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { benchEnv, cli, header, isInstalled, node, paired, roundsOr, row, scratchFolder, time } from "./measure.mjs";

const IDLE_SECONDS = 5;
if (!isInstalled("kubectl")) {
  console.log("skipped: kubectl is not installed");
  process.exit();
}

const dir = scratchFolder();
const rounds = roundsOr(11);
const kept = envIn("kept");

/** A state folder's environment; the cache is shared, as it is for a user. */
function envIn(name) {
  return benchEnv({ XDG_STATE_HOME: path.join(dir, name), XDG_CACHE_HOME: path.join(dir, "cache") });
}

/** The session's environment in a state folder, as `learn-istio env` prints it. */
function sessionEnv(env) {
  const printed = execFileSync(node, [cli, "env", "--target", "sandbox"], { env, encoding: "utf8" });
  const shell = spawnSync("bash", ["-c", `${printed}\nenv -0`], { env, encoding: "utf8" }).stdout;
  const lines = shell.split("\0").filter(Boolean);
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

/** The same environment in another state folder. */
function movedTo(session, name) {
  const move = ([key, value]) => [key, value.replaceAll(path.join(dir, "kept"), path.join(dir, name))];
  return Object.fromEntries(Object.entries(session).map(move));
}

/** `sandbox start`, then the first `kubectl get`. Milliseconds of both. */
function startAndGet(env, session) {
  return time(node, [cli, "sandbox", "start"], { env }) + time("kubectl", ["get", "namespaces"], { env: session });
}

function stop(env) {
  time(node, [cli, "sandbox", "stop"], { env });
}

function fresh(session, number) {
  const name = `fresh-${number}`;
  const env = envIn(name);
  try {
    return startAndGet(env, movedTo(session, name));
  } finally {
    stop(env);
  }
}

/** Seconds of processor time that a process has used. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
}

function residentMegabytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

/** What a settled sandbox costs while nobody asks anything of it. Linux only. */
async function idle(pid) {
  const before = processorTime(pid);
  await sleep(IDLE_SECONDS * 1000);
  return { cpu: (100 * (processorTime(pid) - before)) / IDLE_SECONDS, memory: residentMegabytes(pid) };
}

try {
  time(node, [cli, "sandbox", "start"], { env: kept });
  const session = sessionEnv(kept);
  const get = (...args) => time("kubectl", ["get", ...args], { env: session });
  let number = 0;
  const again = () => {
    stop(kept);
    return startAndGet(kept, session);
  };
  const ms = await paired(
    {
      node: () => time(node, ["-e", "0"]),
      version: () => time("kubectl", ["version", "--client"], { env: session }),
      get: () => get("pods", "-A"),
      kept: again,
      fresh: () => fresh(session, number++),
    },
    rounds,
  );
  const noise = `this run: \`node -e 0\` ${ms.node.toFixed(0)} ms, \`kubectl version --client\` ${ms.version.toFixed(0)} ms`;
  header();
  row("`sandbox start` → first good `kubectl get`, kept state", ms.kept, 400, "ms", `CLI included; ${noise}`);
  row("`sandbox start` → first good `kubectl get`, new state folder", ms.fresh, 400, "ms", "the same");
  row(
    "`kubectl get` on the sandbox",
    ms.get / ms.version,
    1.3,
    "× `kubectl version --client`",
    `${ms.get.toFixed(0)} ms`,
  );
  if (process.platform === "linux") {
    get("nodes");
    time("kubectl", ["wait", "--for=condition=Ready", "pod", "--all", "-A", "--timeout=60s"], { env: session });
    const status = execFileSync(node, [cli, "sandbox", "status", "--json"], { env: kept, encoding: "utf8" });
    const { cpu, memory } = await idle(JSON.parse(status).pid);
    row("the sandbox's memory, idle", memory, 150, "MB", "resident, after the measurements above");
    row("the sandbox's processor time, idle", cpu, 1, "%", `of one core, over ${IDLE_SECONDS} s`);
  }
} finally {
  spawnSync(node, [cli, "sandbox", "stop"], { env: kept });
}
