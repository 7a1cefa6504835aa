import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createCertificate } from "../../../src/sandbox/api/index.ts";
import { PACES } from "../../../src/sandbox/control/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import { podStatus } from "../../../src/sandbox/kinds/pod-status.ts";
import { Machine } from "../../../src/sandbox/machine.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { seeded } from "../api/seeded.ts";

// The whole machine: real commands run in the containers, and the kubelet makes of them what it does upstream.
let machine: Machine;
const { key: tokenKey } = createCertificate(Date.now());

beforeAll(async () => {
  const log = (message: string, error?: unknown): void => console.error(message, error);
  machine = new Machine({ pace: PACES.test, rootCertificate: "<certificate>", tokenKey, random: seeded(3), log });
  machine.createCluster("broken", "kindest/node:v1.35.0");
  await vi.waitUntil(() => machine.isReady && machine.store.list("/nodes")[0]?.spec?.taints === undefined, {
    timeout: 20_000,
  });
});

afterAll(() => machine.stop());

const NAMESPACE = "default";

/** Makes a pod and collects what `kubectl get pods` would say of it, until it has said `last`. */
async function statusesOf(name: string, spec: JsonObject, last: string): Promise<readonly string[]> {
  const kind = kindOf("v1", "Pod");
  if (kind === undefined) throw new Error("no Pod");
  const seen: string[] = [];
  const done = new Promise<void>((resolve) => {
    const stop = machine.store.watch("/pods", undefined, ({ object }) => {
      if (object.metadata.name !== name) return;
      const word = podStatus(object, Date.now()).status;
      if (seen.at(-1) !== word) seen.push(word);
      if (word !== last) return;
      stop();
      resolve();
    });
  });
  const metadata = { name, namespace: NAMESPACE };
  machine.registry.create(kind, NAMESPACE, { apiVersion: "v1", kind: "Pod", metadata, spec } as KubeObject);
  await done;
  return seen;
}

/** The events about a pod but for those of every pod's start, each once. */
function eventsOf(name: string): readonly string[] {
  return machine.store
    .list("/events", NAMESPACE)
    .filter(({ involvedObject }) => (involvedObject as JsonObject).name === name)
    .filter(({ reason }) => !["Scheduled", "Pulling", "Pulled", "Created", "Started"].includes(String(reason)))
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`.replace(/[0-9a-f-]{36}/, "<uid>"));
}

const backOff = (name: string, container = "c"): string =>
  `Warning BackOff Back-off restarting failed container ${container} in pod ${name}_default(<uid>)`;

function container(rest: JsonObject): JsonObject {
  return { containers: [{ name: "c", image: "busybox:1.36", ...rest }] };
}

const runc =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init";

test.each<[string, JsonObject, readonly string[], readonly string[]]>([
  [
    "bad-command",
    container({ command: ["nosuch"] }),
    ["Pending", "ContainerCreating", "RunContainerError", "CrashLoopBackOff"],
    [`Warning Failed Error: ${runc}: exec: "nosuch": executable file not found in $PATH`, backOff("bad-command")],
  ],
  [
    "bad-path",
    { ...container({ command: ["/app/run"] }), restartPolicy: "Never" },
    ["Pending", "ContainerCreating", "StartError"],
    [`Warning Failed Error: ${runc}: exec: "/app/run": stat /app/run: no such file or directory`],
  ],
  [
    "exit-1",
    container({ command: ["sh", "-c", "exit 1"] }),
    ["Pending", "ContainerCreating", "Running", "Error", "Running", "Error", "CrashLoopBackOff"],
    [backOff("exit-1")],
  ],
  [
    "exit-0",
    container({}),
    ["Pending", "ContainerCreating", "Running", "Completed", "Running", "Completed", "CrashLoopBackOff"],
    [backOff("exit-0")],
  ],
  [
    "out-of-memory",
    container({ command: ["tail", "/dev/zero"], resources: { limits: { memory: "16Mi" } } }),
    ["Pending", "ContainerCreating", "Running", "OOMKilled", "Running", "OOMKilled", "CrashLoopBackOff"],
    [backOff("out-of-memory")],
  ],
  [
    "bad-liveness",
    container({ image: "nginx", livenessProbe: { httpGet: { path: "/none", port: 80 }, failureThreshold: 1 } }),
    ["Pending", "ContainerCreating", "Running", "Completed", "Running", "Completed", "CrashLoopBackOff"],
    [
      "Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 404",
      "Normal Killing Container c failed liveness probe, will be restarted",
      backOff("bad-liveness"),
    ],
  ],
  [
    "bad-init",
    { initContainers: [{ name: "i", image: "busybox", command: ["false"] }], ...container({ image: "nginx" }) },
    ["Pending", "Init:0/1", "Init:Error", "Init:0/1", "Init:Error", "Init:CrashLoopBackOff"],
    [backOff("bad-init", "i")],
  ],
  [
    "bad-init-never",
    {
      restartPolicy: "Never",
      initContainers: [{ name: "i", image: "busybox", command: ["false"] }],
      ...container({ image: "nginx" }),
    },
    ["Pending", "Init:0/1", "Init:Error"],
    [],
  ],
  [
    "bad-image",
    container({ image: "nginx:no-such" }),
    ["Pending", "ContainerCreating", "ErrImagePull", "ImagePullBackOff"],
    [
      'Warning Failed Failed to pull image "nginx:no-such": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:no-such": failed to resolve reference "docker.io/library/nginx:no-such": docker.io/library/nginx:no-such: not found',
      "Warning Failed Error: ErrImagePull",
      'Normal BackOff Back-off pulling image "nginx:no-such"',
      "Warning Failed Error: ImagePullBackOff",
    ],
  ],
  [
    "no-config",
    container({ image: "nginx", envFrom: [{ configMapRef: { name: "absent" } }] }),
    ["Pending", "ContainerCreating", "CreateContainerConfigError"],
    ['Warning Failed Error: configmap "absent" not found'],
  ],
  [
    "no-key",
    container({
      image: "nginx",
      env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "kube-root-ca.crt", key: "absent" } } }],
    }),
    ["Pending", "ContainerCreating", "CreateContainerConfigError"],
    ["Warning Failed Error: couldn't find key absent in ConfigMap default/kube-root-ca.crt"],
  ],
])("the broken pod %s", async (name, spec, statuses, events) => {
  expect(await statusesOf(name, spec, statuses.at(-1) ?? "")).toEqual(statuses);
  expect(eventsOf(name)).toEqual(events);
});

test("a pod that fits no node waits", async () => {
  await statusesOf("nowhere", { nodeSelector: { disk: "ssd" }, ...container({ image: "nginx" }) }, "Pending");
  await expect
    .poll(() => eventsOf("nowhere"), { timeout: 10_000 })
    .toEqual([
      "Warning FailedScheduling 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    ]);
});

test("a node takes as many pods as it may; one that goes lets the next one in", async () => {
  const kind = kindOf("v1", "Node");
  const node = machine.store.list("/nodes")[0];
  if (kind === undefined || node === undefined) throw new Error("no node");
  await statusesOf("last", container({ image: "nginx" }), "Running");
  const pods = machine.store.list("/pods").filter(({ spec, status }) => spec?.nodeName && status?.phase !== "Failed");
  const limit = (count: number): void => {
    const status = { ...node.status, allocatable: { ...node.status?.allocatable, pods: String(count) } };
    const { resourceVersion: _, ...metadata } = node.metadata;
    machine.registry.updateStatus(kind, undefined, metadata.name, { ...node, metadata, status });
  };
  limit(pods.length);
  await statusesOf("next", container({ image: "nginx" }), "Pending");
  await expect
    .poll(() => eventsOf("next"))
    .toEqual([
      "Warning FailedScheduling 0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    ]);
  const pod = kindOf("v1", "Pod");
  if (pod === undefined) throw new Error("no Pod");
  machine.registry.delete(pod, NAMESPACE, "last", { gracePeriodSeconds: 0 });
  await expect
    .poll(() => machine.store.get("/pods", NAMESPACE, "next")?.status?.phase, { timeout: 5000 })
    .toBe("Running");
  limit(110);
});

test("what is mended starts", async () => {
  const map = kindOf("v1", "ConfigMap");
  if (map === undefined) throw new Error("no ConfigMap");
  const spec = container({ image: "nginx", envFrom: [{ configMapRef: { name: "late" } }] });
  await statusesOf("mended", spec, "CreateContainerConfigError");
  const metadata = { name: "late", namespace: NAMESPACE };
  machine.registry.create(map, NAMESPACE, { apiVersion: "v1", kind: "ConfigMap", metadata });
  await expect
    .poll(() => machine.store.get("/pods", NAMESPACE, "mended")?.status?.phase, { timeout: 10_000 })
    .toBe("Running");
});

test("a readiness probe that fails keeps the pod's address from its service until it passes", async () => {
  const probe = { exec: { command: ["cat", "/tmp/ready"] }, periodSeconds: 1 };
  const command = ["sh", "-c", "until test -f /tmp/go; do sleep 0.1; done; touch /tmp/ready; sleep 1000"];
  await statusesOf("late", container({ command, readinessProbe: probe }), "Running");
  const isReady = (): unknown => machine.store.get("/pods", NAMESPACE, "late")?.status?.containerStatuses[0].ready;
  await expect
    .poll(() => eventsOf("late"), { timeout: 10_000 })
    .toEqual(["Warning Unhealthy Readiness probe failed: cat: can't open '/tmp/ready': No such file or directory\n"]);
  expect(isReady()).toBe(false);
  const pod = machine.store.get("/pods", NAMESPACE, "late") as KubeObject;
  const signal = new AbortController().signal;
  const io = { stdin: undefined, stdout: undefined, stderr: undefined, tty: false, onResize: () => {}, signal };
  await machine.workloads?.exec({ pod, container: "c" }, ["touch", "/tmp/go"], io);
  await expect.poll(isReady, { timeout: 10_000 }).toBe(true);
});

test("the hook before the end runs before the pod goes", async () => {
  const preStop = { exec: { command: ["sh", "-c", "echo bye > /proc/1/fd/1; touch /data/gone; exit 4"] } };
  await statusesOf("stopping", container({ image: "nginx", lifecycle: { preStop } }), "Running");
  const kind = kindOf("v1", "Pod");
  if (kind === undefined) throw new Error("no Pod");
  machine.registry.delete(kind, NAMESPACE, "stopping", {});
  await expect.poll(() => machine.store.get("/pods", NAMESPACE, "stopping"), { timeout: 10_000 }).toBeUndefined();
  expect(eventsOf("stopping")).toEqual([
    "Normal Killing Stopping container c",
    "Warning FailedPreStopHook PreStopHook failed",
  ]);
});

test("a machine that comes back has started its containers anew", async () => {
  await statusesOf("kept", container({ image: "nginx" }), "Running");
  const log = (message: string, error?: unknown): void => console.error(message, error);
  const other = new Machine({ pace: PACES.test, rootCertificate: "<certificate>", tokenKey, random: seeded(4), log });
  other.restore(JSON.parse(JSON.stringify(machine.save())));
  const status = (): JsonObject => other.store.get("/pods", NAMESPACE, "kept")?.status?.containerStatuses[0];
  await expect.poll(() => status().restartCount, { timeout: 10_000 }).toBe(1);
  expect(status()).toMatchObject({
    state: { running: {} },
    lastState: { terminated: { exitCode: 255, reason: "Unknown" } },
  });
  expect(other.store.list("/events").map((one) => one.reason)).toContain("SandboxChanged");
  other.stop();
});
