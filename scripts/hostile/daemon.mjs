/** One private sandbox process of the built program, with what its client needs, and what it costs. Linux for the costs. */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const DAEMON = fileURLToPath(new URL("../../dist/daemon.cjs", import.meta.url));
/** Clock ticks of `/proc/PID/stat` in a second: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Starts it with a cluster of its own; resolves when it answers. `nodeArgs` go to Node itself. */
export async function startDaemon({ pace = "instant", nodeArgs = [] } = {}) {
  const stateDir = mkdtempSync(path.join(tmpdir(), "hostile-"));
  const logFile = path.join(stateDir, "sandbox.log");
  const log = openSync(logFile, "a", 0o600);
  const options = { stateDir, pace, cluster: "ready", idleMs: 2 ** 31 - 1, private: true };
  const child = spawn(process.execPath, [...nodeArgs, DAEMON, JSON.stringify(options)], {
    stdio: ["pipe", log, log, "pipe"],
  });
  closeSync(log);
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  const said = await Promise.race([firstLine(child.stdio[3]), ended.then((how) => ({ kind: `ended: ${how}` }))]);
  if (said.kind !== "ready")
    throw new Error(`the sandbox did not start: ${readFileSync(logFile, "utf8") || said.kind}`);
  const { port, token, cert } = said.running;
  return {
    pid: child.pid,
    port,
    token,
    ca: cert,
    stateDir,
    kubeconfig: path.join(stateDir, "kubeconfig"),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log: () => readFileSync(logFile, "utf8"),
    /** Resident memory in MiB. */
    memory: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) / 1024,
    /** Seconds of processor time so far. */
    cpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    /** How many descriptors are open. */
    handles: () => readdirSync(`/proc/${child.pid}/fd`).length,
    /** Ends it and takes its folder away; gives how it ended. */
    stop: async ({ keep = false } = {}) => {
      child.stdin.end();
      const how = await ended;
      if (!keep) rmSync(stateDir, { recursive: true, force: true });
      return how;
    },
  };
}

async function firstLine(pipe) {
  let text = "";
  for await (const part of pipe.setEncoding("utf8")) {
    text += part;
    if (text.includes("\n")) break;
  }
  return text === "" ? { kind: "silent" } : JSON.parse(text);
}
