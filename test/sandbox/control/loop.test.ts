import { expect, test } from "vitest";
import { PACES } from "../../../src/sandbox/control/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { clock, deployment, errors, make, NAMESPACED, registry, remove, store } from "./controlled-cluster.ts";

function setImage(name: string, image: string): void {
  const kind = kindOf("apps/v1", "Deployment");
  if (kind === undefined) throw new Error("no Deployment");
  const body = { spec: { template: { spec: { containers: [{ name: "app", image }] } } } };
  registry.patch(kind, "default", name, { kind: "strategic", body });
}

const pods = (): readonly KubeObject[] => store.list("/pods", "default");
const ready = (): number => pods().filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).length;

function isReady(pod: KubeObject): boolean {
  return (pod.status?.conditions ?? []).some((one: JsonObject) => one.type === "Ready" && one.status === "True");
}

function eventsOf(name: string): readonly string[] {
  return store
    .list("/events")
    .filter((event) => (event.involvedObject as JsonObject).name === name)
    .map((event) => `${event.reason}: ${event.message}`);
}

test("a Deployment's pods are Pending, then ContainerCreating, then Running, at the pace", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 2));
  const seen = (): unknown =>
    pods().map((pod) => [
      pod.spec?.nodeName ?? "-",
      pod.status?.containerStatuses?.[0]?.state?.waiting?.reason ?? pod.status?.phase,
    ]);
  clock.advance(1);
  expect(seen()).toEqual([
    ["-", "Pending"],
    ["-", "Pending"],
  ]);
  clock.advance(PACES.learner.schedule);
  expect(seen()).toEqual(Array(2).fill(["one-control-plane", "ContainerCreating"]));
  clock.advance(PACES.learner.start);
  expect(seen()).toEqual(Array(2).fill(["one-control-plane", "Running"]));
  expect(store.get("apps/deployments", "default", "web")?.status).toMatchObject({
    readyReplicas: 2,
    availableReplicas: 2,
  });
  expect(errors).toEqual([]);
});

test("a pod's events come in the order in which they happened", () => {
  make("v1", "Pod", "one", { spec: { containers: [{ name: "app", image: "nginx" }] } });
  clock.advance(5000);
  expect(eventsOf("one").map((line) => line.split(":")[0])).toEqual([
    "Scheduled",
    "Pulling",
    "Pulled",
    "Created",
    "Started",
  ]);
});

test("a rolling update never has fewer than 3 of 4 pods available, never more than 5 pods", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 4));
  clock.advance(5000);
  const counts: { ready: number; wanted: number }[] = [];
  store.watch(undefined, undefined, () => {
    const wanted = pods().filter((pod) => !pod.metadata.deletionTimestamp).length;
    counts.push({ ready: ready(), wanted });
  });
  setImage("web", "nginx:2");
  clock.advance(30_000);
  expect(Math.min(...counts.map((count) => count.ready))).toBe(3);
  expect(Math.max(...counts.map((count) => count.wanted))).toBe(5);
  expect(pods().map((pod) => pod.spec?.containers[0].image)).toEqual(Array(4).fill("nginx:2"));
});

test("a broken image stops the rollout and leaves the old pods serving", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 4));
  clock.advance(5000);
  setImage("web", "nginx:no-such-tag");
  clock.advance(30_000);
  expect(ready()).toBe(3);
  setImage("web", "nginx:1");
  clock.advance(30_000);
  expect(ready()).toBe(4);
  expect(store.get("apps/deployments", "default", "web")?.metadata.annotations).toEqual({
    "deployment.kubernetes.io/revision": "3",
  });
});

test("a rollout that gets nowhere misses its deadline", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 1, "no-such-image"));
  clock.advance(601_000);
  const conditions = store.get("apps/deployments", "default", "web")?.status?.conditions as JsonObject[];
  expect(conditions.find((one) => one.type === "Progressing")).toMatchObject({
    status: "False",
    reason: "ProgressDeadlineExceeded",
  });
});

test.each([
  ["Background", 0, 0],
  ["Foreground", 0, 0],
  ["Orphan", 1, 2],
])("deleting a Deployment with %s leaves %i ReplicaSets and %i pods", (propagationPolicy, sets, left) => {
  make("apps/v1", "Deployment", "web", deployment("web", 2));
  clock.advance(5000);
  remove("apps/v1", "Deployment", "web", { propagationPolicy });
  clock.advance(30_000);
  expect(store.get("apps/deployments", "default", "web")).toBeUndefined();
  expect([store.list("apps/replicasets").length, pods().length]).toEqual([sets, left]);
});

test("a pod that is relabelled is let go, and replaced", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 1));
  clock.advance(5000);
  const [first] = pods();
  const kind = kindOf("v1", "Pod");
  if (first === undefined || kind === undefined) throw new Error("no pod");
  registry.patch(kind, "default", first.metadata.name, {
    kind: "merge",
    body: { metadata: { labels: { app: "other" } } },
  });
  clock.advance(5000);
  expect(pods().length).toBe(2);
  expect(store.get("/pods", "default", first.metadata.name)?.metadata.ownerReferences ?? []).toEqual([]);
});

test("a namespace that is deleted is emptied first, then goes", () => {
  make("v1", "Namespace", "shop");
  const kind = kindOf("apps/v1", "Deployment");
  if (kind === undefined) throw new Error("no Deployment");
  const metadata = { name: "web", namespace: "shop" };
  registry.create(kind, "shop", { apiVersion: "apps/v1", kind: "Deployment", metadata, ...deployment("web", 2) });
  clock.advance(5000);
  expect(store.list("/serviceaccounts", "shop").map((one) => one.metadata.name)).toEqual(["default"]);
  remove("v1", "Namespace", "shop");
  clock.advance(1);
  expect(store.get("/namespaces", undefined, "shop")?.status?.phase).toBe("Terminating");
  clock.advance(30_000);
  expect(store.get("/namespaces", undefined, "shop")).toBeUndefined();
  expect(NAMESPACED.flatMap((resource) => store.list(resource, "shop"))).toEqual([]);
});

test("a Service's endpoints follow its pods", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 2));
  make("v1", "Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
  clock.advance(5000);
  const addresses = (): unknown =>
    (store.get("/endpoints", "default", "web")?.subsets as JsonObject[] | undefined)?.map((one) =>
      one.addresses.map((address: JsonObject) => address.ip),
    );
  expect(addresses()).toEqual([["10.244.0.2", "10.244.0.3"]]);
  remove("v1", "Service", "web");
  clock.advance(5000);
  expect(store.get("/endpoints", "default", "web")).toBeUndefined();
  expect(store.list("discovery.k8s.io/endpointslices")).toEqual([]);
});

test("a cluster at rest writes nothing in an hour", () => {
  make("apps/v1", "Deployment", "web", deployment("web", 2));
  make("v1", "Service", "web", { spec: { selector: { app: "web" }, ports: [{ port: 80 }] } });
  make("v1", "Pod", "bad", { spec: { containers: [{ name: "app", image: "no-such-image" }] } });
  clock.advance(60_000);
  const before = store.resourceVersion;
  clock.advance(60 * 60 * 1000);
  expect(store.resourceVersion).toBe(before);
});
