import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../src/sandbox/objects/index.ts";
import { PatchError, type PatchSchema, strategicMerge } from "../../../src/sandbox/patch/index.ts";

const string: PatchSchema = {};
const merged = { "x-kubernetes-patch-strategy": "merge" };
const DEFINITIONS: Readonly<Record<string, PatchSchema>> = {
  "#/definitions/Container": {
    properties: {
      name: string,
      image: string,
      args: { items: string },
      ports: { items: { properties: {} }, ...merged, "x-kubernetes-patch-merge-key": "containerPort" },
    },
  },
  "#/definitions/Spec": {
    properties: {
      containers: {
        items: { $ref: "#/definitions/Container" },
        ...merged,
        "x-kubernetes-patch-merge-key": "name",
      },
      finalizers: { items: string, ...merged },
      tolerations: { items: { properties: {} } },
      strategy: { "x-kubernetes-patch-strategy": "retainKeys", properties: {} },
      source: { "x-kubernetes-patch-strategy": "replace", properties: {} },
      labels: { additionalProperties: string },
    },
  },
};

function merge(target: Json, patch: Json): Json {
  return strategicMerge(target, patch, { $ref: "#/definitions/Spec" }, (ref) => DEFINITIONS[ref]);
}

const app = { name: "app", image: "a:1" };
const proxy = { name: "proxy", image: "p:1" };

test.each<[string, Json, Json, Json]>([
  [
    "maps merge",
    { labels: { a: "1", b: "2" } },
    { labels: { b: "3", c: "4" } },
    { labels: { a: "1", b: "3", c: "4" } },
  ],
  ["null deletes", { labels: { a: "1", b: "2" } }, { labels: { a: null } }, { labels: { b: "2" } }],
  ["null of what is not there stays out", {}, { labels: { a: null } }, { labels: {} }],
  [
    "a list without a key is replaced",
    { tolerations: [{ k: 1 }] },
    { tolerations: [{ k: 2 }] },
    { tolerations: [{ k: 2 }] },
  ],
  [
    "a list with a key merges by it",
    { containers: [app, proxy] },
    { containers: [{ name: "proxy", image: "p:2" }] },
    { containers: [app, { name: "proxy", image: "p:2" }] },
  ],
  // As the Kubernetes documentation shows for `kubectl patch`: what the patch names comes first.
  ["a new element stands first", { containers: [app] }, { containers: [proxy] }, { containers: [proxy, app] }],
  [
    "an element is deleted by its key",
    { containers: [app, proxy] },
    { containers: [{ $patch: "delete", name: "app" }] },
    { containers: [proxy] },
  ],
  [
    "deleting what is not there does nothing",
    {},
    { containers: [{ $patch: "delete", name: "app" }] },
    { containers: [] },
  ],
  [
    "a list is replaced on demand",
    { containers: [app] },
    { containers: [{ $patch: "replace" }, proxy] },
    { containers: [proxy] },
  ],
  [
    "lists inside elements merge as well",
    { containers: [{ ...app, ports: [{ containerPort: 80, name: "http" }] }] },
    { containers: [{ name: "app", ports: [{ containerPort: 90 }] }] },
    { containers: [{ ...app, ports: [{ containerPort: 90 }, { containerPort: 80, name: "http" }] }] },
  ],
  [
    "args are replaced",
    { containers: [{ name: "app", args: ["a"] }] },
    { containers: [{ name: "app", args: ["b"] }] },
    { containers: [{ name: "app", args: ["b"] }] },
  ],
  [
    "the order of the patch wins",
    { containers: [app, proxy] },
    { "$setElementOrder/containers": [{ name: "proxy" }, { name: "app" }] },
    { containers: [proxy, app] },
  ],
  [
    "what only the server has stays near its neighbour",
    { containers: [{ name: "a" }, { name: "injected" }, { name: "b" }] },
    { "$setElementOrder/containers": [{ name: "a" }, { name: "b" }, { name: "c" }], containers: [{ name: "c" }] },
    { containers: [{ name: "a" }, { name: "injected" }, { name: "b" }, { name: "c" }] },
  ],
  ["scalars merge as a set", { finalizers: ["a", "b"] }, { finalizers: ["b", "c"] }, { finalizers: ["a", "b", "c"] }],
  [
    "scalars are deleted by name",
    { finalizers: ["a", "b"] },
    { "$deleteFromPrimitiveList/finalizers": ["a"] },
    { finalizers: ["b"] },
  ],
  [
    "scalars are ordered",
    { finalizers: ["a", "b"] },
    { "$setElementOrder/finalizers": ["c", "a", "b"], finalizers: ["c"] },
    { finalizers: ["c", "a", "b"] },
  ],
  [
    "retained keys drop the others",
    { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
    { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    { strategy: { type: "Recreate" } },
  ],
  ["an object with strategy replace is replaced", { source: { a: 1 } }, { source: { b: 2 } }, { source: { b: 2 } }],
  [
    "an object is replaced on demand",
    { labels: { a: "1" } },
    { labels: { $patch: "replace", b: "2" } },
    { labels: { b: "2" } },
  ],
  ["an object is emptied on demand", { labels: { a: "1" } }, { labels: { $patch: "delete" } }, { labels: {} }],
  ["another type replaces", { strategy: "x" }, { strategy: { type: "y" } }, { strategy: { type: "y" } }],
  [
    "directives of an absent field stay out",
    {},
    { strategy: { $retainKeys: ["type"], type: "y" } },
    { strategy: { type: "y" } },
  ],
  [
    "an unknown field merges as a plain map",
    { other: { a: 1, l: [1] } },
    { other: { b: 2, l: [2] } },
    { other: { a: 1, b: 2, l: [2] } },
  ],
])("%s", (_, target, patch, expected) => {
  expect(merge(target, patch)).toEqual(expected);
});

test.each<[string, Json, string]>([
  [
    "an element without its key",
    { containers: [{ image: "a" }] },
    'map: {"image":"a"} does not contain declared merge key: name',
  ],
  ["an unknown directive", { labels: { $patch: "join" } }, 'unknown patch type found: "join"'],
  [
    "a field that is not retained",
    { strategy: { $retainKeys: ["type"], x: 1 } },
    "$retainKeys must list every field of the patch; it lacks `x`",
  ],
  ["an order that is no list", { "$setElementOrder/containers": {} }, "$setElementOrder/containers must be a list"],
])("%s is refused", (_, patch, message) => {
  expect(() => merge({ containers: [app] }, patch)).toThrow(new PatchError("invalid", message));
});

const containers = fc.uniqueArray(
  fc.record({ name: fc.constantFrom("a", "b", "c", "d"), image: fc.constantFrom("1", "2") }),
  { selector: ({ name }) => name },
);

test("the same patch twice is the same as once", () => {
  fc.assert(
    fc.property(containers, containers, (live, patch) => {
      const body = { containers: patch, "$setElementOrder/containers": patch.map(({ name }) => ({ name })) };
      const once = merge({ containers: live }, body);
      expect(merge(once, body)).toEqual(once);
    }),
  );
});

test("a patch keeps its own order and every element of both sides, once", () => {
  fc.assert(
    fc.property(containers, containers, (live, patch) => {
      const body = { containers: patch, "$setElementOrder/containers": patch.map(({ name }) => ({ name })) };
      const result = (merge({ containers: live }, body) as { containers: { name: string }[] }).containers;
      const names = result.map(({ name }) => name);
      const wanted: string[] = patch.map(({ name }) => name);
      expect(names.filter((name) => wanted.includes(name))).toEqual(wanted);
      expect(names.toSorted()).toEqual([...new Set([...live, ...patch].map(({ name }) => name))].toSorted());
    }),
  );
});
