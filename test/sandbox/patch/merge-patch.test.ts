import { expect, test } from "vitest";
import type { Json } from "../../../src/sandbox/objects/index.ts";
import { mergePatch } from "../../../src/sandbox/patch/index.ts";

// The cases of RFC 7386, appendix A.
test.each<[Json, Json, Json]>([
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])("%j merged with %j is %j", (target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

test("a key of Object's prototype is data like any other", () => {
  const patch = JSON.parse('{"__proto__":{"polluted":true},"constructor":"x"}');
  const result = mergePatch({}, patch);
  expect(JSON.stringify(result)).toBe('{"__proto__":{"polluted":true},"constructor":"x"}');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
