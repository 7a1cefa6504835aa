import { expect, test } from "vitest";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore, ResourceExpired, type SavableStore, StoreConflict } from "../../../src/sandbox/store/index.ts";

const PODS = "/pods";

function emptyStore(ring = 5000): SavableStore {
  let now = Date.parse("2026-01-01T00:00:00.900Z");
  let seed = 0;
  return createStore({ clock: () => (now += 1000), random: () => (seed = (seed + 0.37) % 1), ring });
}

function pod(name: string, namespace = "default", spec: JsonObject = {}): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
}

function watched(store: SavableStore, from?: number): string[] {
  const seen: string[] = [];
  store.watch(PODS, from, ({ type, object }) => seen.push(`${type} ${object.metadata.name}`));
  return seen;
}

test("a created object gets uid, version and whole seconds, and is frozen to its depths", () => {
  const created = emptyStore().create(PODS, pod("a", "default", { containers: [{ name: "app" }] }));
  expect(created.metadata).toMatchObject({ resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:01Z" });
  expect(created.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(() => created.spec?.containers.push({})).toThrow(TypeError);
});

test("what the caller keeps of an object does not reach the store", () => {
  const store = emptyStore();
  const mine = pod("a", "default", { nodeName: "one" });
  store.create(PODS, mine);
  (mine.spec as JsonObject).nodeName = "two";
  expect(store.get(PODS, "default", "a")?.spec).toEqual({ nodeName: "one" });
});

test("versions share what they have in common, and nothing else", () => {
  const store = emptyStore();
  const created = store.create(PODS, pod("a", "default", { containers: [{ name: "app" }], nodeName: "one" }));
  const sent = structuredClone(created) as JsonObject;
  sent.spec.nodeName = "two";
  sent.metadata.labels = { app: "a" };
  const updated = store.update(PODS, sent as KubeObject);
  expect(updated.spec).toEqual({ containers: [{ name: "app" }], nodeName: "two" });
  expect(updated.spec?.containers).toBe(created.spec?.containers);
  expect(created.spec?.nodeName).toBe("one");
  expect(created.metadata.labels).toBeUndefined();
  const removed = store.remove(PODS, "default", "a");
  expect(removed?.spec).toBe(updated.spec);
  expect(removed?.metadata.labels).toBe(updated.metadata.labels);
});

test.each([
  ["a list that grew", [{ a: 1 }], [{ a: 1 }, { b: 1 }]],
  ["a list that shrank", [{ a: 1 }, { b: 1 }], [{ a: 1 }]],
  ["a field that went", { a: 1, b: 1 }, { a: 1 }],
  ["another order of fields", { a: 1, b: 1 }, { b: 1, a: 1 }],
  ["a list in the place of an object", {}, []],
  ["an object in the place of a list", [{}], { 0: {} }],
  ["a field that objects inherit", { a: {} }, { constructor: {} }],
])("%s is stored as it was sent", (_, before, after) => {
  const store = emptyStore();
  store.create(PODS, pod("a", "default", { value: before, version: 1 }));
  store.update(PODS, pod("a", "default", { value: after, version: 2 }));
  expect(JSON.stringify(store.get(PODS, "default", "a")?.spec)).toBe(JSON.stringify({ value: after, version: 2 }));
});

test("lists are sorted by namespace, then name, by code unit", () => {
  const store = emptyStore();
  for (const [namespace, name] of [
    ["b", "a"],
    ["a", "z"],
    ["a", "a-b"],
    ["a", "a"],
    ["a", "a.b"],
  ]) {
    store.create(PODS, pod(name ?? "", namespace));
  }
  const names = (list: readonly KubeObject[]): string[] =>
    list.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  expect(names(store.list(PODS))).toEqual(["a/a", "a/a-b", "a/a.b", "a/z", "b/a"]);
  expect(names(store.list(PODS, "b"))).toEqual(["b/a"]);
});

test("a name is free in another namespace, and taken in its own", () => {
  const store = emptyStore();
  store.create(PODS, pod("a", "one"));
  store.create(PODS, pod("a", "two"));
  expect(() => store.create(PODS, pod("a", "one"))).toThrow(StoreConflict);
});

test("a write that changes nothing is no write", () => {
  const store = emptyStore();
  const created = store.create(PODS, pod("a"));
  const seen = watched(store);
  const managedFields = [
    { manager: "m", operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {}, time: "t1" } as const,
  ];
  const owned = store.update(PODS, { ...created, metadata: { ...created.metadata, managedFields } });
  const later = managedFields.map((entry) => ({ ...entry, time: "t2" }));
  expect(store.update(PODS, { ...owned, metadata: { ...owned.metadata, managedFields: later } })).toBe(owned);
  expect(store.resourceVersion).toBe(2);
  expect(seen).toEqual(["MODIFIED a"]);
});

test.each([
  ["from a stale version", "1", "stale"],
  ["from the current version", "2", undefined],
  ["without a version", undefined, undefined],
])("an update %s", (_, resourceVersion, refusal) => {
  const store = emptyStore();
  store.create(PODS, pod("a"));
  store.update(PODS, pod("a", "default", { nodeName: "one" }));
  const next = pod("a", "default", { nodeName: "two" });
  if (resourceVersion) next.metadata.resourceVersion = resourceVersion;
  const update = (): KubeObject => store.update(PODS, next);
  if (refusal) expect(update).toThrow(expect.objectContaining({ reason: refusal }));
  else expect(update().metadata.resourceVersion).toBe("3");
});

test("an update keeps uid and creation time, whatever is sent", () => {
  const store = emptyStore();
  const { uid, creationTimestamp } = store.create(PODS, pod("a")).metadata;
  const next = pod("a", "default", { nodeName: "one" });
  next.metadata.uid = "other";
  expect(store.update(PODS, next).metadata).toMatchObject({ uid, creationTimestamp });
});

test("an update of what is gone is refused", () => {
  expect(() => emptyStore().update(PODS, pod("a"))).toThrow(expect.objectContaining({ reason: "gone" }));
});

test("a watch replays what came after its version, then follows, each event once", () => {
  const store = emptyStore();
  store.create(PODS, pod("a"));
  store.create(PODS, pod("b"));
  const seen = watched(store, 1);
  store.remove(PODS, "default", "b");
  store.create("/services", pod("c"));
  expect(seen).toEqual(["ADDED b", "DELETED b"]);
});

test("DELETED carries the last object with a new version", () => {
  const store = emptyStore();
  store.create(PODS, pod("a", "default", { nodeName: "one" }));
  expect(store.remove(PODS, "default", "a")).toMatchObject({
    metadata: { resourceVersion: "2" },
    spec: { nodeName: "one" },
  });
  expect(store.get(PODS, "default", "a")).toBeUndefined();
  expect(store.remove(PODS, "default", "a")).toBeUndefined();
});

test("all watchers see one order, even when a listener writes", () => {
  const store = emptyStore();
  store.watch(PODS, undefined, ({ type, object }) => {
    if (type === "ADDED" && object.metadata.name === "a") store.create(PODS, pod("b"));
  });
  const seen = watched(store);
  store.create(PODS, pod("a"));
  expect(seen).toEqual(["ADDED a", "ADDED b"]);
});

test("a stopped watch sees nothing more", () => {
  const store = emptyStore();
  const seen: string[] = [];
  const stop = store.watch(PODS, undefined, ({ type }) => seen.push(type));
  store.create(PODS, pod("a"));
  stop();
  store.create(PODS, pod("b"));
  expect(seen).toEqual(["ADDED"]);
});

test("the ring remembers exactly its size", () => {
  const store = emptyStore(3);
  for (let at = 0; at < 20; at++) store.create(PODS, pod(`p${at}`));
  expect(watched(store, 17)).toEqual(["ADDED p17", "ADDED p18", "ADDED p19"]);
  expect(() => watched(store, 16)).toThrow(ResourceExpired);
});

test("a watch from the future is expired: it stems from another store", () => {
  expect(() => watched(emptyStore(), 1)).toThrow(ResourceExpired);
});

test("a dump comes back with its versions, and its watches are expired", () => {
  const store = emptyStore();
  store.create(PODS, pod("a"));
  store.create(PODS, pod("b"));
  const other = emptyStore();
  other.load(JSON.parse(JSON.stringify(store.dump())));
  expect(other.list(PODS)).toEqual(store.list(PODS));
  expect(other.create(PODS, pod("c")).metadata.resourceVersion).toBe("3");
  expect(() => watched(other, 1)).toThrow(ResourceExpired);
  expect(watched(other, 2)).toEqual(["ADDED c"]);
});
