// Runs what was built once, so that what V8 compiles of it is kept beside it (see `compile.cjs`).
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls the commands whose start matters, so that what V8 compiles for them is kept (see `compile.cjs`); each twice where
 * the first fills the cache that the second reads. A command that fails here (a machine without bash) only starts slower.
 */
export async function keepCompiled(root) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "learn-istio-build-"));
  const page = path.join(scratch, "page.md");
  writeFileSync(page, "# Page\n\n```bash\necho one\n```\n\n```output\none\n```\n");
  const env = { PATH: process.env.PATH, HOME: scratch, TMPDIR: os.tmpdir() };
  const test = ["test", "--target", "none", page];
  for (const args of [["--help"], ["list"], ["list"], ["status"], ["status"], test, test]) {
    const program = ["--require", path.join(root, "scripts/compile.cjs"), path.join(root, "src/cli/bin.cjs")];
    spawnSync(process.execPath, [...program, ...args], { cwd: root, env, stdio: "ignore", timeout: 20_000 });
  }
  await keepSandboxCompiled(root, scratch, env);
  rmSync(scratch, { recursive: true, force: true });
}

/** Lets a sandbox make its cluster, settle, answer and be kept, as every first one does; then another one begin from that. */
async function keepSandboxCompiled(root, scratch, env) {
  const kept = path.join(scratch, "kept");
  const own = { pace: "instant", idleMs: 10_000, private: true };
  await runSandbox(root, { ...own, stateDir: path.join(scratch, "sandbox"), cluster: "ready" }, env, kept);
  await runSandbox(root, { ...own, stateDir: path.join(scratch, "fork"), cluster: "none", from: kept }, env);
}

async function runSandbox(root, options, env, kept) {
  const keeping = (program) => ["--require", path.join(root, "scripts/compile.cjs"), path.join(root, "dist", program)];
  const child = spawn(process.execPath, [...keeping("daemon.cjs"), JSON.stringify(options)], {
    env,
    stdio: ["pipe", "ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  const [line] = await Promise.race([once(child.stdio[3], "data"), ended.then(() => ["{}"])]);
  const { running } = JSON.parse(String(line));
  if (running !== undefined) {
    await useAsClientsDo(running, kept);
    const tool = { ...env, LEARN_ISTIO_SANDBOX_STATE: options.stateDir };
    spawnSync(process.execPath, [...keeping("tool.cjs"), "kind", "get", "clusters"], { env: tool, stdio: "ignore" });
  }
  child.stdin.end();
  await ended;
}

/** As kubectl does: discovery in one piece, then a table. Then until everything runs, and what is there is kept. */
async function useAsClientsDo(running, kept) {
  const ask = (path, accept = "application/json", body = undefined) =>
    askSandbox(running, { path, method: body === undefined ? "GET" : "POST", accept, body });
  for (const path of ["/api", "/apis"])
    await ask(path, "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  await ask("/api/v1/namespaces?limit=500", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
  for (let left = 100; left > 0; left--) {
    const { items } = JSON.parse(await ask("/api/v1/pods"));
    if (items.every(({ status }) => status.phase === "Running")) break;
    await sleep(20);
  }
  if (kept !== undefined) await ask("/_sandbox/keep", undefined, JSON.stringify({ folder: kept }));
}

function askSandbox({ port, token, cert }, { accept, body, ...rest }) {
  const headers = { authorization: `Bearer ${token}`, accept };
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, ca: cert, headers, agent: false, ...rest }, async (answer) => {
      let text = "";
      for await (const part of answer.setEncoding("utf8")) text += part;
      resolve(text);
    });
    call.on("error", reject).end(body);
  });
}
