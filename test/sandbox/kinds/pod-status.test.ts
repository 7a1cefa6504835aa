import { expect, test } from "vitest";
import { podStatus } from "../../../src/sandbox/kinds/pod-status.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");

const running = { ready: true, state: { running: {} } };
const unready = { ready: false, state: { running: {} } };
const waiting = (reason: string): JsonObject => ({ state: { waiting: { reason } } });
const ended = (exitCode: number, more: JsonObject = {}): JsonObject => ({
  state: { terminated: { exitCode, ...more } },
});
const restarted = (restartCount: number, finishedAt?: string): JsonObject => ({
  restartCount,
  ...(finishedAt && { lastState: { terminated: { finishedAt } } }),
});
const condition = (type: string, status = "True", reason?: string): JsonObject => ({ type, status, reason });

interface Given {
  readonly phase?: string;
  readonly reason?: string;
  /** Statuses of init containers; `sidecar` makes one restartable. */
  readonly init?: readonly JsonObject[];
  readonly containers?: readonly JsonObject[];
  readonly conditions?: readonly JsonObject[];
  readonly deleted?: boolean;
}

function podOf({ phase = "Running", reason, init = [], containers = [], conditions = [], deleted }: Given): KubeObject {
  const named = (list: readonly JsonObject[], prefix: string): JsonObject[] =>
    list.map((one, index) => ({ name: `${prefix}${index}`, ...one }));
  const [inits, mains] = [named(init, "i"), named(containers, "c")];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...(deleted && { deletionTimestamp: "2026-01-01T00:09:00Z" }) },
    spec: {
      initContainers: inits.map(({ name, sidecar }) => ({ name, ...(sidecar && { restartPolicy: "Always" }) })),
      containers: mains.map(({ name }) => ({ name })),
    },
    status: { phase, reason, conditions, initContainerStatuses: inits, containerStatuses: mains },
  };
}

const sidecar = { sidecar: true, started: true };

test.each<[string, Given, string, string, string]>([
  ["one that runs", { containers: [running] }, "1/1", "Running", "0"],
  ["one not ready", { containers: [running, unready] }, "1/2", "Running", "0"],
  ["pending without statuses", { phase: "Pending" }, "0/0", "Pending", "0"],
  ["creating", { phase: "Pending", containers: [waiting("ContainerCreating")] }, "0/1", "ContainerCreating", "0"],
  [
    "the first container speaks last",
    { containers: [waiting("ErrImagePull"), waiting("CrashLoopBackOff")] },
    "0/2",
    "ErrImagePull",
    "0",
  ],
  ["evicted", { phase: "Failed", reason: "Evicted" }, "0/0", "Evicted", "0"],
  [
    "gated",
    { phase: "Pending", conditions: [condition("PodScheduled", "False", "SchedulingGated")] },
    "0/0",
    "SchedulingGated",
    "0",
  ],
  [
    "init under way",
    { phase: "Pending", init: [ended(0), unready], containers: [waiting("PodInitializing")] },
    "0/1",
    "Init:1/2",
    "0",
  ],
  ["init waits for its turn", { phase: "Pending", init: [waiting("PodInitializing")] }, "0/0", "Init:0/1", "0"],
  ["init cannot pull", { phase: "Pending", init: [waiting("ImagePullBackOff")] }, "0/0", "Init:ImagePullBackOff", "0"],
  ["init failed", { phase: "Pending", init: [ended(3)] }, "0/0", "Init:ExitCode:3", "0"],
  ["init was killed", { phase: "Pending", init: [ended(137, { signal: 9 })] }, "0/0", "Init:Signal:9", "0"],
  ["init says why", { phase: "Pending", init: [ended(1, { reason: "Error" })] }, "0/0", "Init:Error", "0"],
  [
    "a started sidecar is passed over",
    { init: [{ ...sidecar, ...running }], containers: [running] },
    "2/2",
    "Running",
    "0",
  ],
  ["a sidecar not ready", { init: [{ ...sidecar, ...unready }], containers: [running] }, "1/2", "Running", "0"],
  [
    "a sidecar not started",
    { phase: "Pending", init: [{ sidecar: true, started: false }], containers: [waiting("PodInitializing")] },
    "0/2",
    "Init:0/1",
    "0",
  ],
  [
    "initialized, then a sidecar fails: containers count, its reason stays",
    { init: [waiting("X")], containers: [running], conditions: [condition("Initialized")] },
    "1/1",
    "Init:X",
    "0",
  ],
  ["completed", { phase: "Succeeded", containers: [ended(0, { reason: "Completed" })] }, "0/1", "Completed", "0"],
  [
    "completed beside a ready one",
    { containers: [ended(0, { reason: "Completed" }), running], conditions: [condition("Ready")] },
    "1/2",
    "Running",
    "0",
  ],
  [
    "completed beside one that runs",
    { containers: [ended(0, { reason: "Completed" }), running] },
    "1/2",
    "NotReady",
    "0",
  ],
  [
    "completed beside one that failed",
    { containers: [ended(0, { reason: "Completed" }), ended(1, { reason: "Error" })] },
    "0/2",
    "Error",
    "0",
  ],
  ["exit code without a reason", { containers: [ended(2)] }, "0/1", "ExitCode:2", "0"],
  ["signal without a reason", { containers: [ended(139, { signal: 11 })] }, "0/1", "Signal:11", "0"],
  ["terminating", { containers: [running], deleted: true }, "1/1", "Terminating", "0"],
  [
    "finished and deleted",
    { phase: "Succeeded", containers: [ended(0, { reason: "Completed" })], deleted: true },
    "0/1",
    "Completed",
    "0",
  ],
  ["on a lost node", { reason: "NodeLost", deleted: true }, "0/0", "Unknown", "0"],
  [
    "restarts",
    {
      containers: [
        { ...running, ...restarted(2) },
        { ...running, ...restarted(1) },
      ],
    },
    "2/2",
    "Running",
    "3",
  ],
  [
    "restarts with a time",
    { containers: [{ ...running, ...restarted(3, "2026-01-01T00:07:00Z") }] },
    "1/1",
    "Running",
    "3 (3m ago)",
  ],
  [
    "restarts of done init containers do not count",
    { init: [{ ...ended(0), ...restarted(4) }], containers: [running] },
    "1/1",
    "Running",
    "0",
  ],
  [
    "restarts of init containers count meanwhile",
    { phase: "Pending", init: [{ ...waiting("CrashLoopBackOff"), ...restarted(4) }] },
    "0/0",
    "Init:CrashLoopBackOff",
    "4",
  ],
  [
    "restarts of sidecars count",
    { init: [{ ...sidecar, ...running, ...restarted(1) }], containers: [running] },
    "2/2",
    "Running",
    "1",
  ],
])("%s", (_, given, ready, status, restarts) => {
  const found = podStatus(podOf(given), NOW);
  expect([`${found.ready}/${found.total}`, found.status, found.restarts]).toEqual([ready, status, restarts]);
});
