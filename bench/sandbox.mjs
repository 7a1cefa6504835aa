// The sandbox: from nothing to the first good `kubectl get`, what a `kubectl get` costs, and what an idle one costs.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
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

/** Put MetalLB and a hundred objects into the sandbox of a session, and keep that in a folder. */
async function keep(session, folder) {
  const kubectl = (args, input) =>
    execFileSync("kubectl", args, { env: session, input, stdio: ["pipe", "ignore", "ignore"] });
  kubectl(["apply", "-f", path.join(import.meta.dirname, "../lessons/files/metallb-sandbox.yaml")]);
  const metadata = (index) => ({ name: `object-${index}`, namespace: "default" });
  const items = Array.from({ length: 100 }, (_, index) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(index),
  }));
  kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  const { port, token, cert } = JSON.parse(
    readFileSync(path.join(path.dirname(session.KUBECONFIG), "running.json"), "utf8"),
  );
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  await new Promise((resolve, reject) => {
    const call = request(
      { host: "127.0.0.1", port, path: "/_sandbox/keep", method: "POST", ca: cert, headers },
      (answer) => {
        answer
          .resume()
          .on("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error(`keep: ${answer.statusCode}`))));
      },
    );
    call.on("error", reject).end(JSON.stringify({ folder }));
  });
}

/** Begin another sandbox from what was kept: its process alone, then the first `kubectl get`. Milliseconds of both. */
function fork(from, session, number) {
  const stateDir = path.join(dir, `fork-${number}`);
  const options = { stateDir, from, pace: "test", cluster: "none", idleMs: 60_000, private: false };
  // Descriptor 3 is where it says that it is ready.
  const program = path.join(import.meta.dirname, "../dist/daemon.cjs");
  const began = performance.now();
  const said = JSON.parse(
    spawnSync(
      "sh",
      [
        "-c",
        '{ "$0" "$1" "$2" 3>&1 >/dev/null 2>&1 </dev/null & } | head -n 1',
        node,
        program,
        JSON.stringify(options),
      ],
      { encoding: "utf8" },
    ).stdout,
  );
  const env = {
    ...session,
    KUBECONFIG: path.join(stateDir, "kubeconfig"),
    KUBECACHEDIR: path.join(stateDir, "kube-cache"),
  };
  execFileSync("kubectl", ["get", "configmap", "object-99"], { env, stdio: "ignore" });
  const ms = performance.now() - began;
  process.kill(said.running.pid);
  return ms;
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
  const toFork = path.join(dir, "to-fork");
  await keep(session, toFork);
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
      fork: () => fork(toFork, session, number++),
    },
    rounds,
  );
  const noise = `this run: \`node -e 0\` ${ms.node.toFixed(0)} ms, \`kubectl version --client\` ${ms.version.toFixed(0)} ms`;
  header();
  row("`sandbox start` → first good `kubectl get`, kept state", ms.kept, 400, "ms", `CLI included; ${noise}`);
  row("`sandbox start` → first good `kubectl get`, new state folder", ms.fresh, 400, "ms", "the same");
  row("a fork of a kept state → first good `kubectl get`", ms.fork, 300, "ms", "MetalLB and 100 objects; no CLI");
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
