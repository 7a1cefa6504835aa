import { beforeAll, describe, expect, test } from "vitest";
import { canEvaluate, loadCel } from "../../../src/sandbox/kinds/cel.ts";
import { applyDefaults, pruneCustom, unknownFields } from "../../../src/sandbox/kinds/custom-fields.ts";
import { customRules } from "../../../src/sandbox/kinds/custom-rules.ts";
import { type CustomSchema, wholeSchema } from "../../../src/sandbox/kinds/custom-schema.ts";
import { validateCustom } from "../../../src/sandbox/kinds/custom-validate.ts";
import { compareVersions, findPath, setPath } from "../../../src/sandbox/kinds/index.ts";
import type { Json, JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";

describe("a value that a schema does not allow", () => {
  test.each<[string, CustomSchema, Json, readonly string[]]>([
    ["type", { type: "integer" }, "1", ['x: Invalid value: "string": x in body must be of type integer: "string"']],
    ["whole numbers are numbers", { type: "number" }, 1, []],
    [
      "a fraction is no integer",
      { type: "integer" },
      1.5,
      ['x: Invalid value: "number": x in body must be of type integer: "number"'],
    ],
    ["null", { type: "string" }, null, ['x: Invalid value: "null": x in body must be of type string: "null"']],
    ["nullable", { type: "string", nullable: true, minLength: 1 }, null, []],
    [
      "int or string",
      { "x-kubernetes-int-or-string": true },
      true,
      ['x: Invalid value: "boolean": x in body must be of type integer,string: "boolean"'],
    ],
    [
      "enum, in its own order",
      { type: "string", enum: ["b", "a"] },
      "c",
      ['x: Unsupported value: "c": supported values: "b", "a"'],
    ],
    [
      "minimum",
      { type: "integer", minimum: 2 },
      1,
      ["x: Invalid value: 1: x in body should be greater than or equal to 2"],
    ],
    [
      "open maximum",
      { type: "integer", maximum: 2, exclusiveMaximum: true },
      2,
      ["x: Invalid value: 2: x in body should be less than 2"],
    ],
    [
      "length in characters",
      { type: "string", minLength: 2 },
      "é",
      ['x: Invalid value: "é": x in body should be at least 2 chars long'],
    ],
    ["maxLength", { type: "string", maxLength: 1 }, "ab", ["x: Too long: may not be more than 1 bytes"]],
    [
      "pattern of Go",
      { type: "string", pattern: "(?i)^A+$" },
      "b",
      ["x: Invalid value: \"b\": x in body should match '(?i)^A+$'"],
    ],
    [
      "format",
      { type: "string", format: "ipv4" },
      "::1",
      ['x: Invalid value: "::1": x in body must be of type ipv4: "::1"'],
    ],
    [
      "maxItems",
      { type: "array", maxItems: 1, items: { type: "integer" } },
      [1, 2],
      ["x: Too many: 2: must have at most 1 items"],
    ],
    [
      "item",
      { type: "array", items: { type: "integer" } },
      [1, "2"],
      ['x[1]: Invalid value: "string": x[1] in body must be of type integer: "string"'],
    ],
    [
      "required",
      { type: "object", required: ["y"], properties: { y: { type: "string" } } },
      {},
      ["x.y: Required value"],
    ],
    [
      "value of a map",
      { type: "object", additionalProperties: { type: "string" } },
      { k: 1 },
      ['x.k: Invalid value: "integer": x.k in body must be of type string: "integer"'],
    ],
    [
      "twins in a set",
      { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
      ["a", "a"],
      ['x[1]: Duplicate value: "a"'],
    ],
    [
      "anyOf",
      { anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      {},
      ['<nil>: Invalid value: "": "x" must validate at least one schema (anyOf)'],
    ],
    [
      "not",
      { not: { required: ["a"] } },
      { a: 1 },
      ['<nil>: Invalid value: "": "x" must not validate the schema (not)'],
    ],
    [
      "allOf",
      { allOf: [{ type: "integer", minimum: 3 }] },
      2,
      ["x: Invalid value: 2: x in body should be greater than or equal to 3"],
    ],
  ])("%s", (_, schema, value, errors) => {
    expect(validateCustom(schema, value, "x").map(({ field, message }) => `${field}: ${message}`)).toEqual(errors);
  });
});

describe("fields", () => {
  const schema = wholeSchema({
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          a: { type: "string", default: "d" },
          deep: { type: "object", default: {}, properties: { b: { type: "integer", default: 1 } } },
          list: { type: "array", items: { type: "object", properties: { c: { type: "string", default: "e" } } } },
          open: {
            type: "object",
            "x-kubernetes-preserve-unknown-fields": true,
            properties: { known: { type: "object" } },
          },
          map: { type: "object", additionalProperties: { type: "object", properties: { d: { type: "string" } } } },
          nothing: { type: "string", nullable: true },
        },
      },
    },
  });
  const object = (): JsonObject => ({
    apiVersion: "v1",
    kind: "X",
    metadata: { name: "x", labels: { any: "1" }, lables: {} },
    spec: {
      a: null,
      z: 1,
      list: [{ y: 1 }],
      open: { free: [[{ any: { thing: 1 } }]], known: { no: 1 } },
      map: { k: { d: "1", x: 1 } },
      nothing: null,
    },
    top: {},
  });

  test("that no schema knows are named and pruned, those below what is open are kept", () => {
    const unknown = ["metadata.lables", "spec.z", "spec.list[0].y", "spec.open.known.no", "spec.map.k.x", "top"];
    expect(unknownFields(schema, object())).toEqual(unknown);
    const pruned = object();
    pruneCustom(schema, pruned);
    expect(pruned.spec).toEqual({
      a: null,
      list: [{}],
      open: { free: [[{ any: { thing: 1 } }]], known: {} },
      map: { k: { d: "1" } },
      nothing: null,
    });
    expect(Object.keys(pruned)).toEqual(["apiVersion", "kind", "metadata", "spec"]);
  });

  test("get their defaults, at every depth; nulls go unless they may stay", () => {
    const value = { spec: { a: null, list: [{}], nothing: null, map: null } };
    applyDefaults(schema, value);
    expect(value).toEqual({ spec: { a: "d", list: [{ c: "e" }], nothing: null, deep: { b: 1 } } });
  });
});

describe("rules", () => {
  beforeAll(loadCel);

  const check = (rule: object, value: Json, old?: Json): string[] => {
    const schema: CustomSchema = {
      type: "object",
      properties: { x: { ...typeFor(value), "x-kubernetes-validations": [rule as never] } },
    };
    const wrap = (x: Json): KubeObject => ({ x }) as unknown as KubeObject;
    const errors = customRules(schema).errors(wrap(value), old === undefined ? undefined : wrap(old));
    return errors.map(({ field, message }) => `${field}: ${message}`);
  };
  const typeFor = (value: Json): CustomSchema =>
    Array.isArray(value) ? { type: "array" } : { type: typeof value === "number" ? "integer" : typeof value };

  test.each<[string, object, Json, Json | undefined, readonly string[]]>([
    ["holds", { rule: "self.a < self.b" }, { a: 1, b: 2 }, undefined, []],
    ["fails", { rule: "self > 5", message: "too few" }, 3, undefined, ['x: Invalid value: "integer": too few']],
    ["without a message", { rule: "self > 5" }, 3, undefined, ['x: Invalid value: "integer": failed rule: self > 5']],
    [
      "its message is made",
      { rule: "self > 5", messageExpression: "'got ' + string(self)" },
      3,
      undefined,
      ['x: Invalid value: "integer": got 3'],
    ],
    [
      "with a place and a reason",
      { rule: "has(self.a)", message: "give a", fieldPath: ".a", reason: "FieldValueRequired" },
      {},
      undefined,
      ["x.a: Required value: give a"],
    ],
    ["about a change, without one", { rule: "self == oldSelf", message: "fixed" }, 3, undefined, []],
    ["about a change", { rule: "self == oldSelf", message: "fixed" }, 3, 4, ['x: Invalid value: "integer": fixed']],
    ["that failed before, for a value that has not changed", { rule: "self > 5" }, 3, 3, []],
    ["that cannot be read", { rule: "self.noSuchFunction()" }, "a", undefined, []],
    [
      "of URLs",
      { rule: "url(self).getScheme() == 'https'", message: "https" },
      "http://a/b",
      undefined,
      ['x: Invalid value: "string": https'],
    ],
    [
      "that has a field behind an index",
      { rule: "!has(self[0].a)", message: "no a" },
      [{ a: 1 }],
      undefined,
      ['x: Invalid value: "array": no a'],
    ],
  ])("%s", (_, rule, value, old, errors) => {
    expect(check(rule, value, old)).toEqual(errors);
  });

  test("say whether they can be evaluated", () => {
    expect(["self.size() > 1", "self.noSuchFunction()", "self >"].map(canEvaluate)).toEqual([true, false, false]);
  });
});

describe("paths", () => {
  const object: Json = {
    a: {
      "b.c": 1,
      list: [
        { t: "x", v: 1 },
        { t: "y", v: 2 },
      ],
    },
  };
  test.each<[string, Json[]]>([
    [".a.list[*].v", [1, 2]],
    ["a.list[1].v", [2]],
    ["$.a['b.c']", [1]],
    [".a.b\\.c", [1]],
    ['.a.list[?(@.t=="y")].v', [2]],
    [".a.list[-1].t", ["y"]],
    [".a.none.deeper", []],
    [".a[", []],
  ])("%s", (path, found) => {
    expect(findPath(path, object)).toEqual(found);
  });

  test("are set, with what leads to them", () => {
    const value = { spec: { keep: 1 } };
    setPath(".spec.deep.replicas", value, 3);
    expect(value).toEqual({ spec: { keep: 1, deep: { replicas: 3 } } });
  });
});

test("versions stand in Kubernetes' order", () => {
  const versions = ["foo", "v1alpha3", "v10", "v1beta1", "v2", "v1beta2", "v1", "bar"];
  expect(versions.toSorted(compareVersions)).toEqual([
    "v10",
    "v2",
    "v1",
    "v1beta2",
    "v1beta1",
    "v1alpha3",
    "bar",
    "foo",
  ]);
});
