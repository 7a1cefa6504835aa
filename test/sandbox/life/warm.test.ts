import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "./bundle.ts";

let dist: string;
let stateDir: string;
beforeAll(async () => {
  dist = await bundle("warm");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-warm-"));
}, 60_000);
afterAll(() => {
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

function kubectl({ env }: Sandbox, ...args: readonly string[]): string {
  const around = { PATH: process.env.PATH, HOME: stateDir, ...env };
  return execFileSync(findKubectl(), args, { env: around, encoding: "utf8" });
}

test("a cluster that was ready when it was left is ready when it is looked at again", async () => {
  const open = (cluster: "ready" | "none"): Promise<Sandbox> =>
    openSandbox({ stateDir, pace: "learner", cluster, idleMs: 60_000, daemonPath: path.join(dist, "daemon.cjs") });
  const first = await open("ready");
  kubectl(first, "create", "deployment", "web", "--image=nginx:1.27", "--replicas=3");
  kubectl(first, "wait", "--for=condition=Available", "deployment", "--all", "-A", "--timeout=60s");
  await first.warm();
  await first.stop();
  const again = await open("none");
  await again.warm();
  const ready = '{range .items[*]}{.metadata.namespace} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const told = kubectl(again, "get", "pods", "-A", "-o", `jsonpath=${ready}`).trim().split("\n");
  expect(told.filter((line) => line === "default True")).toHaveLength(3);
  expect(told.filter((line) => !line.endsWith(" True"))).toEqual([]);
  await again.stop();
});
