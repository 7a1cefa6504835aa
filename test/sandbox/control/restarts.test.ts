import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { clock, errors, make, store, tell } from "./controlled-cluster.ts";

const MINUTE = 60_000;

function status(name: string, list = "containerStatuses"): JsonObject {
  const statuses: readonly JsonObject[] = store.get("/pods", "default", name)?.status?.[list] ?? [];
  return statuses[0] ?? {};
}

function phase(name: string): string {
  return store.get("/pods", "default", name)?.status?.phase;
}

function start(name: string, spec: JsonObject = {}): void {
  make("v1", "Pod", name, { spec: { containers: [{ name: "app", image: "nginx:1" }], ...spec } });
  clock.advance(5000);
}

/** Lets the clock run until the container does; says after how many seconds. */
function secondsToRun(name: string): number {
  for (let ms = 0; ms < 10 * MINUTE; ms += 100) {
    if (status(name).state.running !== undefined) return Math.floor(ms / 1000);
    clock.advance(100);
  }
  throw new Error("it does not run again");
}

test("a container that keeps ending starts at once, then after 10 s, doubled each time up to 5 min", () => {
  start("web");
  const seen: unknown[] = [];
  for (let run = 0; run < 8; run += 1) {
    tell("web", "app", { kind: "exited", exitCode: 1 });
    clock.advance(800);
    const message: string | undefined = status("web").state.waiting?.message;
    expect(phase("web")).toBe("Running");
    seen.push([/back-off (\S+) /.exec(message ?? "")?.[1], secondsToRun("web"), status("web").restartCount]);
  }
  expect(seen).toEqual([
    [undefined, 0, 1],
    ["10s", 9, 2],
    ["20s", 19, 3],
    ["40s", 39, 4],
    ["1m20s", 79, 5],
    ["2m40s", 159, 6],
    ["5m0s", 299, 7],
    ["5m0s", 299, 8],
  ]);
  expect(status("web").lastState.terminated).toMatchObject({ exitCode: 1, reason: "Error" });
  expect(errors).toEqual([]);
});

test("ten minutes of running forgive what was before", () => {
  start("web");
  for (let run = 0; run < 3; run += 1) {
    tell("web", "app", { kind: "exited", exitCode: 1 });
    secondsToRun("web");
  }
  clock.advance(10 * MINUTE + 1000);
  tell("web", "app", { kind: "exited", exitCode: 1 });
  clock.advance(800);
  expect(status("web").state.running).toBeDefined();
  tell("web", "app", { kind: "exited", exitCode: 1 });
  clock.advance(800);
  const uid = store.get("/pods", "default", "web")?.metadata.uid;
  expect(status("web").state.waiting).toEqual({
    reason: "CrashLoopBackOff",
    message: `back-off 10s restarting failed container=app pod=web_default(${uid})`,
  });
});

test("the kubelet says every ten seconds that it holds a container back", () => {
  start("web");
  for (let run = 0; run < 4; run += 1) {
    tell("web", "app", { kind: "exited", exitCode: 1 });
    if (run < 3) secondsToRun("web");
  }
  const told = (): JsonObject | undefined => store.list("/events").find((one) => one.reason === "BackOff");
  clock.advance(1000);
  const before = told()?.count;
  clock.advance(30_000);
  expect(told()).toMatchObject({ count: before + 3, type: "Warning" });
  const uid = store.get("/pods", "default", "web")?.metadata.uid;
  expect(told()?.message).toBe(`Back-off restarting failed container app in pod web_default(${uid})`);
});

test.each([
  ["Always", {}, 0, "Running", 1],
  ["OnFailure", {}, 0, "Succeeded", 0],
  ["OnFailure", {}, 2, "Running", 1],
  ["Never", {}, 0, "Succeeded", 0],
  ["Never", {}, 2, "Failed", 0],
  ["Never", { restartPolicy: "Always" }, 0, "Running", 1],
  ["Never", { restartPolicy: "Never", restartPolicyRules: [onCode(42)] }, 42, "Running", 1],
  ["Never", { restartPolicy: "Never", restartPolicyRules: [onCode(42)] }, 41, "Failed", 0],
])("restartPolicy %s with %j: after code %i the pod is %s", (restartPolicy, own, exitCode, wanted, restartCount) => {
  start("web", { restartPolicy, containers: [{ name: "app", image: "nginx:1", ...own }] });
  tell("web", "app", { kind: "exited", exitCode });
  clock.advance(5000);
  expect([phase("web"), status("web").restartCount]).toEqual([wanted, restartCount]);
});

function onCode(code: number): JsonObject {
  return { action: "Restart", exitCodes: { operator: "In", values: [code] } };
}

test("a sidecar ends after the containers, and does not count for how the pod ended", () => {
  start("web", {
    restartPolicy: "Never",
    initContainers: [{ name: "side", image: "proxy:1", restartPolicy: "Always" }],
  });
  tell("web", "side", { kind: "exited", exitCode: 1 });
  clock.advance(2000);
  expect(status("web", "initContainerStatuses")).toMatchObject({ restartCount: 1, state: { running: {} } });
  expect(phase("web")).toBe("Running");
  tell("web", "app", { kind: "exited", exitCode: 0 });
  expect(phase("web")).toBe("Running");
  clock.advance(2000);
  expect(status("web", "initContainerStatuses").state.terminated).toMatchObject({ exitCode: 0 });
  expect(phase("web")).toBe("Succeeded");
});

test("news of a run that is over changes nothing", () => {
  start("web");
  tell("web", "app", { kind: "exited", exitCode: 1 });
  const before = store.resourceVersion;
  tell("web", "app", { kind: "exited", exitCode: 0 });
  expect(store.resourceVersion).toBe(before);
});

test("a failed hook after the start ends the container", () => {
  start("web");
  tell("web", "app", { kind: "post-start-failed" });
  expect(status("web").state.waiting).toEqual({ reason: "PostStartHookError", message: "PostStartHook failed" });
  clock.advance(1000);
  expect(status("web")).toMatchObject({ restartCount: 1, state: { running: {} } });
  const words = store.list("/events").map((one) => `${one.reason}: ${one.message}`);
  expect(words).toContain("FailedPostStartHook: PostStartHook failed");
  expect(words).toContain("Killing: FailedPostStartHook");
});

test("resources that change in place reach what runs", () => {
  start("web", { containers: [{ name: "app", image: "nginx:1", resources: { requests: { cpu: "100m" } } }] });
  const pod = store.get("/pods", "default", "web");
  if (pod === undefined) throw new Error("no pod");
  const containers = [{ ...pod.spec?.containers[0], resources: { requests: { cpu: "200m" } } }];
  store.update("/pods", { ...pod, spec: { ...pod.spec, containers } });
  clock.advance(100);
  expect(status("web")).toMatchObject({
    restartCount: 0,
    allocatedResources: { cpu: "200m" },
    resources: { requests: { cpu: "200m" } },
  });
});
