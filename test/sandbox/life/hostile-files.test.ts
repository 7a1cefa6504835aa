import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSandbox, type Sandbox, sandboxStatus, stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { gone } from "./opened.ts";

const run = promisify(execFile);
let root: string;
let stateDir: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "sandbox-files-"));
  stateDir = path.join(root, "one");
});

afterEach(async () => {
  for (const name of readdirSync(root)) await stopSandbox(path.join(root, name));
  rmSync(root, { recursive: true, force: true });
});

function open(cluster: "none" | "ready" = "none", dir = stateDir): Promise<Sandbox> {
  return openSandbox({ stateDir: dir, pace: "test", cluster, idleMs: 60_000 });
}

async function kubectl({ env }: Sandbox, ...args: string[]): Promise<string> {
  const { stdout } = await run(findKubectl(), args, { env: { PATH: process.env.PATH, HOME: root, ...env } });
  return stdout.trim();
}

const running = (dir = stateDir): string => path.join(dir, "running.json");

const DAMAGES: readonly (readonly [string, () => void])[] = [
  ["is removed", () => rmSync(running())],
  ["is emptied", () => writeFileSync(running(), "")],
  ["is no JSON", () => writeFileSync(running(), "{ half")],
  ["is null", () => writeFileSync(running(), "null")],
  ["becomes a folder", becomeFolder],
  ["names a port where nobody listens", () => change({ port: 1 })],
  ["names another token", () => change({ token: "0".repeat(64) })],
];

function becomeFolder(): void {
  const folder = path.join(root, "folder");
  mkdirSync(folder);
  rmSync(running(), { recursive: true });
  try {
    renameSync(folder, running());
  } catch {
    // It was mended in between.
    rmSync(folder, { recursive: true });
  }
}

/** The sandbox puts its handshake right by itself. */
async function mended(): Promise<void> {
  await until(() => {
    try {
      return JSON.parse(readFileSync(running(), "utf8")).pid > 0;
    } catch {
      return false;
    }
  });
}

function change(values: object): void {
  writeFileSync(running(), JSON.stringify({ ...JSON.parse(readFileSync(running(), "utf8")), ...values }));
}

test.each(DAMAGES)("the handshake file of a living sandbox %s: it is found all the same", async (_, damage) => {
  const first = await open();
  damage();
  expect((await open()).opened.pid).toBe(first.opened.pid);
  await mended();
  damage();
  expect((await sandboxStatus(stateDir)).pid).toBe(first.opened.pid);
  await mended();
  damage();
  expect(await stopSandbox(stateDir)).toBe(true);
  await gone(first.opened.pid ?? 0);
});

test("a state folder that was copied while its sandbox lived gets one of its own", async () => {
  const first = await open("ready");
  await kubectl(first, "create", "configmap", "of-one");
  const file = path.join(stateDir, "state.json");
  await until(() => existsSync(file) && readFileSync(file, "utf8").includes("of-one"));
  const copy = path.join(root, "two");
  cpSync(stateDir, copy, { recursive: true });
  const second = await open("none", copy);
  expect(second.opened.pid).not.toBe(first.opened.pid);
  expect(second.opened.port).not.toBe(first.opened.port);
  await kubectl(second, "delete", "configmap", "of-one");
  expect(await kubectl(first, "get", "configmap", "of-one", "-o", "name")).toBe("configmap/of-one");
});

test("a state folder that is removed ends its sandbox, and the next one begins at once", async () => {
  const first = await open("ready");
  rmSync(stateDir, { recursive: true, force: true });
  const second = await open();
  expect(second.opened.pid).not.toBe(first.opened.pid);
  expect(second.opened.clusters).toEqual([]);
  await gone(first.opened.pid ?? 0);
});

test("killed while it saves, it comes back whole, and what it left half is gone", async () => {
  const first = await open("ready");
  const file = path.join(stateDir, "state.json");
  await until(() => existsSync(file));
  writeFileSync(`${file}.${first.opened.pid}.tmp`, '{"version":2,"half');
  process.kill(first.opened.pid ?? 0, "SIGKILL");
  await gone(first.opened.pid ?? 0);
  const second = await open();
  expect(second.opened.clusters).toEqual(["learn-istio"]);
  expect(second.notices).toEqual([]);
  expect(readdirSync(stateDir).filter((name) => name.includes(`${first.opened.pid}`))).toEqual([]);
});

test("after a kill no client goes on from a version that was lost", async () => {
  const first = await open("ready");
  const { dir } = await kept(first);
  const lost = Number(await kubectl(first, "get", "configmap", "late", "-o", "jsonpath={.metadata.resourceVersion}"));
  process.kill(first.opened.pid ?? 0, "SIGKILL");
  await gone(first.opened.pid ?? 0);
  cpSync(path.join(dir, "state.json"), path.join(stateDir, "state.json"));
  const second = await open();
  const query = `/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1&resourceVersion=${lost}`;
  expect(await kubectl(second, "get", "--raw", query)).toContain('"code":410');
});

/** The state of before a write that is lost then. */
async function kept(sandbox: Sandbox): Promise<{ dir: string }> {
  const dir = path.join(root, "kept");
  await sandbox.keep(dir);
  await kubectl(sandbox, "create", "configmap", "late");
  return { dir };
}

test("stopped in order, a client goes on from where it was", async () => {
  const first = await open("ready");
  await kubectl(first, "wait", "--for=condition=Ready", "pod", "--all", "-A", "--timeout=60s");
  const version = await kubectl(first, "create", "configmap", "last", "-o", "jsonpath={.metadata.resourceVersion}");
  await first.stop();
  const second = await open();
  await kubectl(second, "create", "configmap", "next");
  const query = `/api/v1/namespaces/default/configmaps?watch=true&timeoutSeconds=1&resourceVersion=${version}`;
  const events = await kubectl(second, "get", "--raw", query);
  expect(events).toContain('"next"');
  expect(events).not.toContain('"last"');
});

const SET_ASIDE = [
  ["broken", "{ half", "The sandbox's saved state cannot be read"],
  ["of a version to come", '{"version":99}', "The sandbox's saved state is of a newer version of learn-istio"],
] as const;

test.each(SET_ASIDE)("a state that is %s is told, and kept", async (_, text, sentence) => {
  mkdirSync(stateDir);
  writeFileSync(path.join(stateDir, "state.json"), text);
  const aside = path.join(stateDir, "state.json.unreadable");
  expect((await open()).notices).toEqual([`${sentence}: it begins empty. It is kept as \`${aside}\`.`]);
  expect(readFileSync(aside, "utf8")).toBe(text);
});

test("a start while the one before ends waits for it", async () => {
  const first = await open("ready");
  const stopped = first.stop();
  await until(() => !existsSync(running()));
  const second = await open();
  await stopped;
  expect(second.opened.clusters).toEqual(["learn-istio"]);
  expect((await sandboxStatus(stateDir)).pid).toBe(second.opened.pid);
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
