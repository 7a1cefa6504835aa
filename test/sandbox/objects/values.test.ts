import { expect, test } from "vitest";
import {
  deepCopy,
  deepEqual,
  formatMicroTime,
  formatTime,
  parseTime,
  randomSuffix,
} from "../../../src/sandbox/objects/index.ts";

test("a copy of a frozen value is free and equal", () => {
  const frozen = Object.freeze({ a: Object.freeze([1, { b: null }]), gone: undefined });
  const copy = deepCopy<{ a: unknown }>(frozen) as { a: unknown[] };
  copy.a.push(2);
  expect(copy).toEqual({ a: [1, { b: null }, 2] });
  expect(Object.hasOwn(copy, "gone")).toBe(false);
});

test.each([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: undefined }, {}, true],
  [{ a: null }, {}, false],
  [[1, 2], [2, 1], false],
  [[], {}, false],
  [{ a: [] }, { a: {} }, false],
  [{}, { toString: "x" }, false],
  ["1", 1, false],
])("%j and %j are equal: %s", (a, b, expected) => {
  expect(deepEqual(a, b)).toBe(expected);
});

test("times are written as meta/v1 writes them", () => {
  const ms = Date.parse("2026-02-03T04:05:06.789Z");
  expect([formatTime(ms), formatMicroTime(ms), parseTime("2026-02-03T04:05:06.789Z"), parseTime("?")]).toEqual([
    "2026-02-03T04:05:06Z",
    "2026-02-03T04:05:06.789000Z",
    ms,
    undefined,
  ]);
});

test("a suffix has only letters that make no words", () => {
  const numbers = [0, 0.5, 0.999, 0.25, 0.75];
  expect(randomSuffix(() => numbers.shift() ?? 0)).toBe("br9j2");
});
