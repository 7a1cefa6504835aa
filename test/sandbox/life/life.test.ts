import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openSandbox, type SandboxOptions, sandboxStatus, stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "./bundle.ts";
import { close, gone, type Opened, open } from "./opened.ts";

const run = promisify(execFile);
let dist: string;
let otherDist: string;
let stateDir: string;
const opened: Opened[] = [];

beforeAll(async () => {
  [dist, otherDist] = await Promise.all([bundle("build-one"), bundle("build-two")]);
});

afterAll(() => {
  for (const folder of [dist, otherDist]) rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-life-"));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(close));
  await stopSandbox(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
});

async function start(options: Partial<SandboxOptions> = {}, from = dist): Promise<Opened> {
  const found = await open(from, { stateDir, ...options });
  opened.push(found);
  return found;
}

async function kubectl({ env }: Pick<Opened, "env">, ...args: string[]): Promise<string> {
  const { stdout } = await run(findKubectl(), args, { env: { PATH: process.env.PATH, HOME: stateDir, ...env } });
  return stdout.trim();
}

test("a new machine is empty; a ready one has a cluster that kubectl finds", async () => {
  expect((await start()).clusters).toEqual([]);
  const ready = await start({ cluster: "ready" });
  expect(await kubectl(ready, "config", "current-context")).toBe("kind-learn-istio");
  expect(await kubectl(ready, "get", "node", "-o", "name")).toBe("node/learn-istio-control-plane");
});

test("everything that it writes is private to the user", async () => {
  await start({ cluster: "ready" });
  const modes = ["kubeconfig", "identity.json", "running.json", "sandbox.log"].map(
    (file) => statSync(path.join(stateDir, file)).mode & 0o777,
  );
  expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
});

test("clients find the process that runs, also when they start at once", async () => {
  const all = await Promise.all([start(), start(), start()]);
  expect(new Set(all.map((one) => one.pid)).size).toBe(1);
});

test("it outlives the client that started it", async () => {
  const first = await start();
  first.child.kill("SIGKILL");
  await gone(first.child.pid ?? 0);
  expect((await start()).pid).toBe(first.pid);
});

test("a private one ends with its client, also when that one is killed", async () => {
  const first = await start({ private: true });
  first.child.kill("SIGKILL");
  await gone(first.pid);
  expect((await sandboxStatus(stateDir)).running).toBe(false);
});

// Stopped, it is as deaf as one whose event loop is busy.
test("a private one that hears nothing is ended when its client is gone", async () => {
  const first = await start({ private: true });
  process.kill(first.pid, "SIGSTOP");
  first.child.kill("SIGKILL");
  await gone(first.pid);
});

test("stopped and started again, it has its cluster, its port and what was in it", async () => {
  const first = await start({ cluster: "ready" });
  await kubectl(first, "create", "configmap", "kept", "--from-literal=a=b");
  await stopSandbox(stateDir);
  const second = await start();
  expect(second.pid).not.toBe(first.pid);
  expect(second.url).toBe(first.url);
  expect(await kubectl(second, "get", "configmap", "kept", "-o", "jsonpath={.data.a}")).toBe("b");
  expect(second.notices).toEqual([]);
});

test("killed, it comes back as it was last saved", async () => {
  const first = await start({ cluster: "ready" });
  await kubectl(first, "wait", "--for=condition=Ready", "pod", "--all", "-A", "--timeout=100s");
  const names = await kubectl(first, "get", "pod", "-A", "-o", "name");
  const file = path.join(stateDir, "state.json");
  while (!isSaved(file, names)) await new Promise((resolve) => setTimeout(resolve, 20));
  process.kill(first.pid, "SIGKILL");
  await gone(first.pid);
  const second = await start();
  expect(await kubectl(second, "get", "pod", "-A", "-o", "name")).toBe(names);
});

function isSaved(file: string, names: string): boolean {
  const text = readFileSync(file, "utf8");
  return names.split("\n").every((name) => text.includes(`"${name.replace("pod/", "")}"`));
}

test("a client of another build replaces it and keeps the clusters", async () => {
  const first = await start({ cluster: "ready" });
  const second = await start({}, otherDist);
  await gone(first.pid);
  expect(second.build).toBe("build-two");
  expect(second.clusters).toEqual(["learn-istio"]);
  expect(second.notices).toEqual([
    "The sandbox was started by another version of learn-istio: it was restarted, its clusters kept.",
  ]);
});

/** What changes from one look to the next. */
const LIVELY = { memory: expect.any(Number), idleStopAt: expect.any(String) };

test("whoever finds a machine without a cluster, and asks for one, is told of it", async () => {
  await start();
  const sandbox = await openSandbox({ stateDir, pace: "test", cluster: "ready", idleMs: 60_000 });
  const asked = await sandbox.status();
  expect(sandbox.opened).toEqual({ ...asked, ...LIVELY, savedAt: sandbox.opened.savedAt });
  expect(sandbox.opened.clusters).toEqual(["learn-istio"]);
});

test("whoever starts it knows of it without asking", async () => {
  const daemonPath = path.join(dist, "daemon.cjs");
  const sandbox = await openSandbox({ stateDir, pace: "test", cluster: "ready", idleMs: 60_000, daemonPath });
  const asked = await sandbox.status();
  expect(sandbox.opened).toEqual({ ...asked, ...LIVELY, savedAt: sandbox.opened.savedAt });
  expect(sandbox.opened.running).toBe(true);
});

test("idle, it stops by itself", async () => {
  const first = await start({ idleMs: 200 });
  await gone(first.pid);
  expect((await sandboxStatus(stateDir)).running).toBe(false);
});

test("a port that somebody else has taken is left to them, and the kubeconfig follows", async () => {
  const first = await start({ cluster: "ready" });
  const port = Number(new URL(first.url).port);
  await stopSandbox(stateDir);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, "127.0.0.1", resolve));
  const second = await start();
  squatter.close();
  const moved = Number(new URL(second.url).port);
  expect(second.notices).toEqual([
    `Port ${port} is taken: the sandbox listens on ${moved} now, and its kubeconfig says so.`,
  ]);
  expect(await kubectl(second, "get", "node", "-o", "name")).toBe("node/learn-istio-control-plane");
});

test("SIGTERM saves", async () => {
  const first = await start({ cluster: "ready" });
  await kubectl(first, "create", "configmap", "kept");
  process.kill(first.pid, "SIGTERM");
  await gone(first.pid);
  expect(await kubectl(await start(), "get", "configmap", "kept", "-o", "name")).toBe("configmap/kept");
});

test("reset leaves nothing", async () => {
  const options = {
    stateDir,
    pace: "test",
    cluster: "none",
    idleMs: 60_000,
    daemonPath: path.join(dist, "daemon.cjs"),
  } as const;
  await start({ cluster: "ready" });
  const sandbox = await openSandbox(options);
  await sandbox.reset();
  expect((await sandbox.status()).clusters).toEqual([]);
  expect(readFileSync(path.join(stateDir, "kubeconfig"), "utf8")).not.toContain("learn-istio");
});

test("a saved state that is broken is no reason not to start", async () => {
  writeFileSync(path.join(stateDir, "state.json"), "{ half");
  expect((await start()).clusters).toEqual([]);
});

test("nobody without the token is answered", async () => {
  const first = await start({ cluster: "ready" });
  const { stdout } = await run("curl", [
    "-sk",
    "-o",
    "/dev/null",
    "-w",
    "%{http_code}",
    `${first.url}/_sandbox/status`,
  ]);
  expect(stdout).toBe("401");
});
