import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSandbox, type Sandbox, sandboxStatus, stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { gone } from "./opened.ts";

async function start(stateDir: string): Promise<Sandbox> {
  onTestFinished(async () => {
    await stopSandbox(stateDir);
    rmSync(stateDir, { recursive: true, force: true });
  });
  return openSandbox({ stateDir, pace: "test", cluster: "ready", idleMs: 1500 });
}

test("with an open watch it outlives another one that nobody asks; without, it stops too", async () => {
  const [watched, other] = ["watched", "other"].map((name) => mkdtempSync(path.join(tmpdir(), `idle-${name}-`)));
  if (watched === undefined || other === undefined) throw new Error("no folders");
  const { env, opened } = await start(watched);
  const watch = spawn(findKubectl(), ["get", "namespaces", "--watch"], {
    env: { PATH: process.env.PATH, HOME: watched, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void watch.kill());
  await once(watch.stdout, "data");
  await gone((await start(other)).opened.pid ?? 0);
  expect(await sandboxStatus(watched)).toMatchObject({ running: true, openStreams: 1 });
  watch.kill();
  await gone(opened.pid ?? 0);
  expect((await sandboxStatus(watched)).running).toBe(false);
});
