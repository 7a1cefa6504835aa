import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/sandbox/objects/index.ts";
import {
  type ApplySchema,
  applyConfig,
  configErrors,
  formatPath,
  type Manager,
  managerKey,
  type Ownership,
  readOwnership,
  type Typed,
  updateOwners,
  writeOwnership,
} from "../../../src/sandbox/patch/index.ts";

const ITEM: ApplySchema = {
  type: "object",
  properties: {
    name: { type: "string" },
    port: { type: "integer" },
    protocol: { type: "string", default: "TCP" },
    value: { type: "string" },
  },
};

/** One field of each way to be owned. */
const SCHEMA: ApplySchema = {
  type: "object",
  properties: {
    text: { type: "string" },
    struct: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } },
    labels: { type: "object", additionalProperties: { type: "string" } },
    whole: { type: "object", additionalProperties: { type: "string" }, "x-kubernetes-map-type": "atomic" },
    list: { type: "array", items: { type: "string" } },
    set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
    items: { type: "array", items: ITEM, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] },
    ports: {
      type: "array",
      items: ITEM,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["port", "protocol"],
    },
    old: { type: "array", items: ITEM, "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name" },
    open: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};
const TYPED: Typed = { schema: SCHEMA, resolve: () => undefined };

/** A write, as one line of a story. */
interface Write {
  readonly by: string;
  readonly apply?: JsonObject;
  readonly update?: JsonObject;
  readonly force?: boolean;
  readonly conflicts?: readonly string[];
}

interface Story {
  readonly name: string;
  readonly writes: readonly Write[];
  readonly object: JsonObject;
  readonly owners: Readonly<Record<string, unknown>>;
}

const STORIES: readonly Story[] = [
  {
    name: "two appliers share what they agree on",
    writes: [
      { by: "a", apply: { text: "x", struct: { a: "1" } } },
      { by: "b", apply: { text: "x", struct: { b: "2" } } },
    ],
    object: { text: "x", struct: { a: "1", b: "2" } },
    owners: { a: { "f:text": {}, "f:struct": { "f:a": {} } }, b: { "f:text": {}, "f:struct": { "f:b": {} } } },
  },
  {
    name: "a different value is a conflict, and nothing changes",
    writes: [
      { by: "a", apply: { text: "x" } },
      { by: "b", apply: { text: "y" }, conflicts: ["a .text"] },
    ],
    object: { text: "x" },
    owners: { a: { "f:text": {} } },
  },
  {
    name: "force takes the field away from its owner",
    writes: [
      { by: "a", apply: { text: "x", list: ["1"] } },
      { by: "b", apply: { text: "y" }, force: true },
    ],
    object: { text: "y", list: ["1"] },
    owners: { a: { "f:list": {} }, b: { "f:text": {} } },
  },
  {
    name: "what is applied no longer goes, with the shell around it",
    writes: [
      { by: "a", apply: { text: "x", struct: { a: "1" }, labels: { l: "1" }, items: [{ name: "i" }] } },
      { by: "a", apply: { text: "x" } },
    ],
    object: { text: "x" },
    owners: { a: { "f:text": {} } },
  },
  {
    name: "what another owns too stays when one applies it no longer",
    writes: [
      { by: "a", apply: { text: "x", labels: { l: "1", m: "1" } } },
      { by: "b", apply: { labels: { l: "1" } } },
      { by: "a", apply: {} },
    ],
    object: { labels: { l: "1" } },
    owners: { b: { "f:labels": { "f:l": {} } } },
  },
  {
    name: "items of a keyed list belong to whoever applied them",
    writes: [
      { by: "a", apply: { items: [{ name: "x", value: "1" }, { name: "y" }] } },
      { by: "b", apply: { items: [{ name: "z" }, { name: "x", port: 1 }] } },
      { by: "a", apply: { items: [{ name: "y" }] } },
    ],
    object: { items: [{ name: "z" }, { name: "x", port: 1 }, { name: "y" }] },
    owners: {
      a: { "f:items": { 'k:{"name":"y"}': { ".": {}, "f:name": {} } } },
      b: {
        "f:items": {
          'k:{"name":"x"}': { ".": {}, "f:name": {}, "f:port": {} },
          'k:{"name":"z"}': { ".": {}, "f:name": {} },
        },
      },
    },
  },
  {
    name: "a key that is left out has its default",
    writes: [
      { by: "a", apply: { ports: [{ port: 80, protocol: "TCP" }] } },
      { by: "b", apply: { ports: [{ port: 80, value: "v" }] } },
    ],
    object: { ports: [{ port: 80, protocol: "TCP", value: "v" }] },
    owners: {
      a: { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:protocol": {} } } },
      b: { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:value": {} } } },
    },
  },
  {
    name: "sets join, lists and atomic maps are owned as a whole",
    writes: [
      { by: "a", apply: { set: ["1", "2"], whole: { x: "1" } } },
      { by: "b", apply: { set: ["2", "3"] } },
      { by: "b", apply: { set: ["3"], whole: { y: "1" } }, conflicts: ["a .whole"] },
      { by: "a", apply: { set: ["1"] } },
    ],
    object: { set: ["1", "2", "3"] },
    owners: { a: { "f:set": { 'v:"1"': {} } }, b: { "f:set": { 'v:"2"': {}, 'v:"3"': {} } } },
  },
  {
    name: "an update owns what it changed and added, and takes it from appliers",
    writes: [
      { by: "a", apply: { text: "x", struct: { a: "1" } } },
      { by: "u", update: { text: "y", struct: { a: "1" }, labels: { l: "1" } } },
      { by: "a", apply: { text: "x", struct: { a: "1" } }, conflicts: ["u .text"] },
    ],
    object: { text: "y", struct: { a: "1" }, labels: { l: "1" } },
    owners: { a: { "f:struct": { "f:a": {} } }, u: { "f:text": {}, "f:labels": { ".": {}, "f:l": {} } } },
  },
  {
    name: "what an update removes is nobody's",
    writes: [
      { by: "a", apply: { text: "x", items: [{ name: "i", value: "1" }] } },
      { by: "u", update: { text: "x", items: [] } },
    ],
    object: { text: "x", items: [] },
    owners: { a: { "f:text": {} } },
  },
  {
    name: "lists from before list types merge as strategic patches merge them; what has no schema by name",
    writes: [
      { by: "a", apply: { old: [{ name: "x" }], open: { deep: { er: 1 }, list: [1] } } },
      { by: "b", apply: { old: [{ name: "y" }], open: { deep: { est: 2 } } } },
    ],
    object: { old: [{ name: "x" }, { name: "y" }], open: { deep: { er: 1, est: 2 }, list: [1] } },
    owners: {
      a: {
        "f:old": { 'k:{"name":"x"}': { ".": {}, "f:name": {} } },
        "f:open": { "f:deep": { ".": {}, "f:er": {} }, "f:list": {} },
      },
      b: { "f:old": { 'k:{"name":"y"}': { ".": {}, "f:name": {} } }, "f:open": { "f:deep": { ".": {}, "f:est": {} } } },
    },
  },
];

const managerOf = (by: string, operation: "Apply" | "Update"): Manager => ({
  manager: by,
  operation,
  apiVersion: "v1",
});
const NOBODY: Ownership = { owners: new Map(), entries: new Map() };

describe("a story of writes", () => {
  test.each(STORIES)("$name", ({ writes, object, owners }) => {
    let live: Json = {};
    let ownership = NOBODY;
    for (const { by, apply, update, force = false, conflicts = [] } of writes) {
      const manager = managerOf(by, apply ? "Apply" : "Update");
      const request = { owners: ownership.owners, manager: managerKey(manager) };
      const applied: ReturnType<typeof applyConfig> | undefined =
        apply && applyConfig({ ...request, typed: TYPED, live, config: apply as Json, force });
      if (applied && !("object" in applied)) {
        const named = applied.map((one) => `${JSON.parse(one.manager)[0]} ${formatPath(one.path)}`);
        expect(named).toEqual(conflicts);
        continue;
      }
      expect(conflicts).toEqual([]);
      const next: Json = applied ? applied.object : (update as Json);
      const after = applied ? applied.owners : updateOwners(TYPED, live, next, request);
      // Through the form that is stored, as every write goes.
      ownership = readOwnership(writeOwnership(ownership, after, manager, "2026-01-01T00:00:00Z")) ?? NOBODY;
      live = next;
    }
    expect(live).toEqual(object);
    const left = writeOwnership(ownership, ownership.owners, managerOf("nobody", "Update"), "");
    expect(Object.fromEntries(left.map(({ manager, fieldsV1 }) => [manager, fieldsV1]))).toEqual(owners);
  });
});

describe("a configuration that cannot be applied", () => {
  test.each<[string, JsonObject, string]>([
    ["a field that is not declared", { struct: { c: "1" } }, ".struct.c: field not declared in schema"],
    [
      "one behind an item's key",
      { items: [{ name: "x", no: 1 }] },
      '.items[name="x"].no: field not declared in schema',
    ],
    ["a number for a text", { struct: { a: 1 } }, ".struct.a: expected string, got &value.valueUnstructured{Value:1}"],
    ["an item twice", { items: [{ name: "x" }, { name: "x" }] }, '.items: duplicate entries for key [name="x"]'],
    ["a value twice", { set: ["a", "a"] }, '.set: duplicate entries for key [="a"]'],
    [
      "an item without its key",
      { items: [{ value: "x" }] },
      '.items: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
  ])("%s", (_, config, error) => {
    expect(configErrors(TYPED, config as Json)).toEqual([error]);
  });
});

describe("managedFields", () => {
  test("an entry that says the same as before keeps its time", () => {
    const manager = managerOf("a", "Apply");
    const key = managerKey(manager);
    const first = applyConfig({
      typed: TYPED,
      live: {},
      config: { text: "x" },
      owners: new Map(),
      manager: key,
      force: false,
    });
    if (!("object" in first)) throw new Error("no conflict is possible");
    const entries = writeOwnership(NOBODY, first.owners, manager, "2026-01-01T00:00:00Z");
    const before = readOwnership(entries) ?? NOBODY;
    expect(writeOwnership(before, before.owners, manager, "2027-01-01T00:00:00Z")).toEqual(entries);
  });

  test("past ten updaters the oldest become one, and nothing that is owned is lost", () => {
    let ownership = NOBODY;
    let live: JsonObject = { labels: {} };
    for (let at = 0; at < 13; at++) {
      const manager = managerOf(`u${at}`, "Update");
      const next = { labels: { ...live.labels, [`l${at}`]: "1" } };
      const owners = updateOwners(TYPED, live as Json, next as Json, {
        owners: ownership.owners,
        manager: managerKey(manager),
      });
      const time = `2026-01-01T00:00:${String(at).padStart(2, "0")}Z`;
      ownership = readOwnership(writeOwnership(ownership, owners, manager, time)) ?? NOBODY;
      live = next;
    }
    const names = [...ownership.entries.values()].map(({ manager }) => manager);
    expect(names).toEqual(["ancient-changes", "u4", "u5", "u6", "u7", "u8", "u9", "u10", "u11", "u12"]);
    const [ancient] = [...ownership.owners.values()];
    expect([...(ancient?.children.get("f:labels")?.children.keys() ?? [])].sort()).toEqual([
      "f:l0",
      "f:l1",
      "f:l2",
      "f:l3",
    ]);
  });

  test.each([
    [[{ manager: "a", operation: "Eat", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} }]],
    [[{ manager: "a", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV2", fieldsV1: {} }]],
    [[{ manager: "a", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: { text: {} } }]],
    [[{ manager: "a", operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: { "f:text": 1 } }]],
  ])("%j is not read", (entries) => {
    expect(readOwnership(entries as never)).toBeUndefined();
  });
});
