import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import { startCluster, type TestCluster } from "./cluster.ts";
import { deployment, pod, rolledOut } from "./objects.ts";

/** Both ways in which clients follow a list; 1.35 uses WatchList unless it is told not to. */
const MODES = [
  ["WatchList", "true"],
  ["list and watch", "false"],
] as const;

async function clusterIn(mode: string): Promise<TestCluster> {
  const cluster = await startCluster();
  cluster.env.KUBE_FEATURE_WatchListClient = mode;
  return cluster;
}

async function ended(child: ChildProcess): Promise<{ code: number | null; lines: string[] }> {
  const lines: string[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, lines };
}

test.each(MODES)("wait and rollout status see what comes later, by %s", async (_, mode) => {
  const { put, putStatus, start, server } = await clusterIn(mode);
  put(deployment("web"));
  put(pod("web", { ready: false }));
  const waiting = [
    ended(start("wait deploy/web --for=condition=Available --timeout=20s")),
    ended(start("wait deploy/web --for=jsonpath={.status.readyReplicas}=2 --timeout=20s")),
    ended(start("wait pod -l app=web --for=condition=Ready --timeout=20s")),
    ended(start("rollout status deploy/web --timeout=20s")),
  ];
  await expect.poll(() => server.openStreams, { timeout: 60_000 }).toBe(4);
  putStatus(rolledOut("web"));
  putStatus(pod("web"));
  expect(await Promise.all(waiting)).toEqual([
    { code: 0, lines: ["deployment.apps/web condition met"] },
    { code: 0, lines: ["deployment.apps/web condition met"] },
    { code: 0, lines: ["pod/web condition met"] },
    { code: 0, lines: expect.arrayContaining(['deployment "web" successfully rolled out']) },
  ]);
});

test.each(MODES)("wait --for=delete and delete --wait end when the object goes, by %s", async (_, mode) => {
  const { put, start, server, registry } = await clusterIn(mode);
  put(pod("web"));
  const waiting = [ended(start("wait pod/web --for=delete --timeout=20s")), ended(start("delete pod web"))];
  await expect.poll(() => server.openStreams, { timeout: 60_000 }).toBe(2);
  const kind = kindOf("v1", "Pod");
  if (kind) registry.delete(kind, "default", "web", { gracePeriodSeconds: 0 });
  expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual([0, 0]);
});

test("get -w prints a table that grows, and ends when the server does", async () => {
  const { put, putStatus, start, server } = await startCluster();
  put(pod("web", { ready: false }));
  const watching = ended(start("get pods -w"));
  await expect.poll(() => server.openStreams, { timeout: 60_000 }).toBe(1);
  putStatus(pod("web"));
  put(pod("api"));
  await server.close();
  const { code, lines } = await watching;
  expect(code).toBe(0);
  expect(lines.map((line) => line.split(/\s+/).slice(0, 3).join(" "))).toEqual([
    "NAME READY STATUS",
    "web 0/1 Running",
    "web 1/1 Running",
    "api 1/1 Running",
  ]);
});
