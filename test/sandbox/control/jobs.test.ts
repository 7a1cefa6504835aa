import { expect, test } from "vitest";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { clock, containers, errors, make, registry, store, tell } from "./controlled-cluster.ts";

function start(spec: JsonObject = {}, restartPolicy = "Never"): void {
  containers.areAssumed = false;
  const template = { spec: { restartPolicy, containers: [{ name: "app", image: "worker:1" }] } };
  make("batch/v1", "Job", "work", { spec: { template, ...spec } });
  clock.advance(100);
}

function job(): KubeObject {
  return store.get("batch/jobs", "default", "work") as KubeObject;
}

function pods(phase?: string): readonly KubeObject[] {
  return store.list("/pods").filter((pod) => phase === undefined || pod.status?.phase === phase);
}

function endAll(exitCode: number): void {
  clock.advance(1000);
  for (const pod of pods("Running")) tell(pod.metadata.name, "app", { kind: "exited", exitCode });
  clock.advance(100);
}

function conditions(): readonly string[] {
  return ((job().status?.conditions ?? []) as JsonObject[]).map(
    (one) => `${one.type}=${one.status} ${one.reason}: ${one.message}`,
  );
}

function events(): readonly string[] {
  return store
    .list("/events")
    .filter((one) => (one.involvedObject as JsonObject).kind === "Job")
    .map((one) => `${one.type} ${one.reason}`);
}

test("each failure doubles the wait, until the limit is passed", () => {
  start({ backoffLimit: 2 });
  const waits: number[] = [];
  for (let failure = 0; failure < 2; failure += 1) {
    endAll(1);
    const before = pods().length;
    let seconds = 0;
    while (pods().length === before && seconds < 100) {
      clock.advance(1000);
      seconds += 1;
    }
    waits.push(seconds);
  }
  expect(waits).toEqual([10, 20]);
  endAll(1);
  expect(conditions()).toEqual([
    "FailureTarget=True BackoffLimitExceeded: Job has reached the specified backoff limit",
    "Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit",
  ]);
  expect(job().status).toMatchObject({ failed: 3 });
  expect(events()).toEqual([...Array(3).fill("Normal SuccessfulCreate"), "Warning BackoffLimitExceeded"]);
  expect(errors).toEqual([]);
});

test("as many at a time as may work, until all completions are there", () => {
  start({ completions: 5, parallelism: 2 });
  const counts: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    counts.push(pods("Running").length + pods("Pending").length);
    endAll(0);
  }
  expect(counts).toEqual([2, 2, 1]);
  expect(job().status).toMatchObject({ succeeded: 5, ready: 0 });
  expect(conditions()).toEqual([
    "SuccessCriteriaMet=True CompletionsReached: Reached expected number of succeeded pods",
    "Complete=True CompletionsReached: Reached expected number of succeeded pods",
  ]);
  expect(events().at(-1)).toBe("Normal Completed");
});

test("pods of an indexed Job have numbers", () => {
  start({ completions: 3, parallelism: 2, completionMode: "Indexed" });
  const pod = pods()[0];
  expect(pod?.metadata.name).toMatch(/^work-0-[a-z0-9]{5}$/);
  expect(pod?.spec).toMatchObject({
    hostname: "work-0",
    containers: [{ env: [{ name: "JOB_COMPLETION_INDEX", valueFrom: { fieldRef: {} } }] }],
  });
  endAll(0);
  expect(job().status?.completedIndexes).toBe("0,1");
  endAll(0);
  expect(job().status).toMatchObject({ completedIndexes: "0-2", succeeded: 3 });
});

test("a Job that works for too long fails, and its pods end", () => {
  start({ activeDeadlineSeconds: 30 });
  clock.advance(29_000);
  expect(conditions()).toEqual([]);
  clock.advance(1000);
  expect(conditions()).toEqual(["FailureTarget=True DeadlineExceeded: Job was active longer than specified deadline"]);
  clock.advance(60_000);
  expect(conditions().at(-1)).toBe("Failed=True DeadlineExceeded: Job was active longer than specified deadline");
  expect(pods()).toEqual([]);
  expect(events().slice(-2)).toEqual(["Normal SuccessfulDelete", "Warning DeadlineExceeded"]);
});

test("restarts count where pods restart by themselves", () => {
  start({ backoffLimit: 2 }, "OnFailure");
  for (let run = 0; run < 2; run += 1) {
    clock.advance(15_000);
    tell(String(pods()[0]?.metadata.name), "app", { kind: "exited", exitCode: 1 });
  }
  clock.advance(60_000);
  expect(conditions().at(-1)).toBe("Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit");
});

test("a suspended Job lets go of its pods, and goes on later", () => {
  const kind = kindOf("batch/v1", "Job");
  if (kind === undefined) throw new Error("no Job");
  const suspend = (value: boolean): void => {
    registry.patch(kind, "default", "work", { kind: "merge", body: { spec: { suspend: value } } });
    clock.advance(60_000);
  };
  start();
  suspend(true);
  expect(pods()).toEqual([]);
  expect(conditions()).toEqual(["Suspended=True JobSuspended: Job suspended"]);
  expect(job().status?.startTime).toBeUndefined();
  suspend(false);
  expect(pods().length).toBe(1);
  expect(conditions()).toEqual(["Suspended=False JobResumed: Job resumed"]);
  expect(events()).toContain("Normal Resumed");
});

test("a Job goes some time after its end", () => {
  start({ ttlSecondsAfterFinished: 20 });
  endAll(0);
  clock.advance(18_000);
  expect(job()).toBeDefined();
  clock.advance(3000);
  expect(job()).toBeUndefined();
  clock.advance(1000);
  expect(pods()).toEqual([]);
});

const onCode = (action: string): JsonObject => ({ action, onExitCodes: { operator: "In", values: [42] } });

test.each([
  [
    42,
    "FailJob",
    "Failed=True PodFailurePolicy: Container app for pod default/<pod> failed with exit code 42 matching FailJob rule at index 0",
  ],
  [42, "Count", "Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit"],
  [42, "Ignore", undefined],
  [41, "Ignore", "Failed=True BackoffLimitExceeded: Job has reached the specified backoff limit"],
])("code %i under a policy that says %s", (exitCode, action, wanted) => {
  start({ backoffLimit: 0, podFailurePolicy: { rules: [onCode(action)] } });
  endAll(exitCode);
  expect(
    conditions()
      .at(-1)
      ?.replace(/work-[a-z0-9]{5}/, "<pod>"),
  ).toBe(wanted);
});
