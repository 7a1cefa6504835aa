import { expect, test } from "vitest";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { clock, deployment, errors, make, registry, remove, store } from "./controlled-cluster.ts";

function events(name: string): readonly string[] {
  return store
    .list("/events")
    .filter((event) => (event.involvedObject as JsonObject).name === name)
    .map((event) => `${event.reason} ${event.count}`);
}

function standardClass(): void {
  const kind = kindOf("storage.k8s.io/v1", "StorageClass");
  if (kind === undefined) throw new Error("no StorageClass");
  registry.create(kind, undefined, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "rancher.io/local-path",
    volumeBindingMode: "WaitForFirstConsumer",
  });
}

const CLAIM: JsonObject = {
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};

function podWith(claimName: string): JsonObject {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName } }];
  return { spec: { containers: [{ name: "app", image: "nginx" }], volumes } };
}

test("a claim waits for its first pod, then gets a volume; both go when nobody needs them", () => {
  standardClass();
  make("v1", "PersistentVolumeClaim", "data", CLAIM);
  clock.advance(1000);
  const claim = (): KubeObject | undefined => store.get("/persistentvolumeclaims", "default", "data");
  expect(claim()).toMatchObject({ spec: { storageClassName: "standard" }, status: { phase: "Pending" } });
  expect(events("data")).toEqual(["WaitForFirstConsumer 1"]);

  make("v1", "Pod", "user", podWith("data"));
  clock.advance(5000);
  const volume = `pvc-${claim()?.metadata.uid}`;
  expect(claim()).toMatchObject({
    spec: { volumeName: volume },
    status: { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } },
  });
  expect(store.get("/persistentvolumes", undefined, volume)).toMatchObject({
    spec: { claimRef: { name: "data", namespace: "default" }, persistentVolumeReclaimPolicy: "Delete" },
    status: { phase: "Bound" },
  });

  remove("v1", "PersistentVolumeClaim", "data");
  clock.advance(5000);
  expect(claim()?.metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
  remove("v1", "Pod", "user", { gracePeriodSeconds: 0 });
  clock.advance(5000);
  expect(claim()).toBeUndefined();
  expect(store.list("/persistentvolumes")).toEqual([]);
  expect(errors).toEqual([]);
});

test("a namespace with claims goes", () => {
  standardClass();
  make("v1", "Namespace", "demo");
  const kind = kindOf("v1", "PersistentVolumeClaim");
  if (kind === undefined) throw new Error("no PersistentVolumeClaim");
  const metadata = { name: "data", namespace: "demo" };
  registry.create(kind, "demo", { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, ...CLAIM });
  clock.advance(1000);
  remove("v1", "Namespace", "demo");
  clock.advance(5000);
  expect(store.get("/namespaces", undefined, "demo")).toBeUndefined();
});

const template = (image: string): JsonObject => ({
  metadata: { labels: { app: "set" } },
  spec: { containers: [{ name: "app", image }] },
});

test.each([
  ["DaemonSet", "daemonsets"],
  ["StatefulSet", "statefulsets"],
])("a %s keeps its templates as revisions; one that comes back is the newest", (word, plural) => {
  const kind = kindOf("apps/v1", word);
  if (kind === undefined) throw new Error(`no ${word}`);
  const spec = { selector: { matchLabels: { app: "set" } }, revisionHistoryLimit: 1, template: template("nginx:1") };
  make("apps/v1", word, "set", { spec });
  clock.advance(5000);
  const revisions = (): unknown =>
    store
      .list("apps/controllerrevisions")
      .map((one) => [one.revision, (one.data as JsonObject).spec.template.spec.containers[0].image])
      .sort();
  expect(revisions()).toEqual([[1, "nginx:1"]]);
  const change = (image: string): void => {
    registry.patch(kind, "default", "set", { kind: "strategic", body: { spec: { template: template(image) } } });
    clock.advance(60_000);
  };
  change("nginx:2");
  expect(revisions()).toEqual([
    [1, "nginx:1"],
    [2, "nginx:2"],
  ]);
  change("nginx:1");
  expect(revisions()).toEqual([
    [2, "nginx:2"],
    [3, "nginx:1"],
  ]);
  change("nginx:3");
  expect(revisions()).toEqual([
    [3, "nginx:1"],
    [4, "nginx:3"],
  ]);
  expect(store.get(`apps/${plural}`, "default", "set")).toBeDefined();
  expect(errors).toEqual([]);
});

test.each([
  [{ minAvailable: 1 }, { currentHealthy: 3, desiredHealthy: 1, disruptionsAllowed: 2, expectedPods: 3 }],
  [{ minAvailable: "50%" }, { currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 3 }],
  [{ maxUnavailable: 0 }, { currentHealthy: 3, desiredHealthy: 3, disruptionsAllowed: 0, expectedPods: 3 }],
])("a budget of %j counts its pods", (spec, status) => {
  const selector = { matchLabels: { app: "web" } };
  make("policy/v1", "PodDisruptionBudget", "web", { spec: { ...spec, selector } });
  make("apps/v1", "Deployment", "web", deployment("web", 3));
  clock.advance(5000);
  expect(store.get("policy/poddisruptionbudgets", "default", "web")?.status).toMatchObject(status);
});

test("an autoscaler keeps its target within its bounds, and says that it has no metrics", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 1));
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
  make("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 4 },
  });
  clock.advance(5000);
  const scaler = store.get("autoscaling/horizontalpodautoscalers", "default", "web");
  expect(scaler?.status).toMatchObject({ currentReplicas: 2, desiredReplicas: 2 });
  expect((scaler?.status?.conditions ?? []).map((one: JsonObject) => [one.type, one.status, one.reason])).toEqual([
    ["AbleToScale", "True", "SucceededGetScale"],
    ["ScalingActive", "False", "FailedGetResourceMetric"],
  ]);
  expect(store.get("apps/deployments", "default", "web")?.spec?.replicas).toBe(2);
  const before = store.resourceVersion;
  clock.advance(60 * 60 * 1000);
  expect(store.resourceVersion).toBe(before);
  expect(errors).toEqual([]);
});

function cron(rest: JsonObject = {}): void {
  const containers = [{ name: "app", image: "busybox" }];
  const jobTemplate = { spec: { template: { spec: { restartPolicy: "Never", containers } } } };
  make("batch/v1", "CronJob", "tick", { spec: { schedule: "*/2 * * * *", jobTemplate, ...rest } });
}

test("a CronJob starts a Job at each of its times and keeps three that ended", () => {
  cron();
  // The clock begins at 03:04:05.
  clock.advance(114_000);
  expect(store.list("batch/jobs")).toEqual([]);
  clock.advance(2000);
  const first = Date.parse("2026-01-02T03:06:00Z") / 60_000;
  const names = (): unknown => store.list("batch/jobs").map((job) => Number(job.metadata.name.slice("tick-".length)));
  expect(names()).toEqual([first]);
  expect(store.get("batch/cronjobs", "default", "tick")?.status).toMatchObject({
    active: [{ name: `tick-${first}` }],
    lastScheduleTime: "2026-01-02T03:06:00Z",
  });
  clock.advance(8 * 60_000 + 10_000);
  expect(names()).toEqual([first + 4, first + 6, first + 8]);
  expect(errors).toEqual([]);
});

test("a suspended CronJob starts nothing", () => {
  cron({ suspend: true });
  clock.advance(10 * 60_000);
  expect(store.list("batch/jobs")).toEqual([]);
});
