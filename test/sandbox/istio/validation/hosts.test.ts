import { expect, test } from "vitest";
import { isWithin, overlap } from "../../../../src/sandbox/istio/validation/hosts.ts";

test.each([
  ["a.com", "a.com", true, true],
  ["a.com", "b.com", false, false],
  ["a.com", "*.com", true, true],
  ["*.com", "a.com", true, false],
  ["a.org", "*.com", false, false],
  ["*.com", "a.org", false, false],
  ["*.a.com", "*.com", true, true],
  ["*.com", "*.a.com", true, false],
  ["*.com", "*.org", false, false],
  // Longer than its pattern, and the pattern's end is not its own.
  ["*.com", "verylong.example.org", false, false],
  ["*", "a.com", true, false],
])("%s and %s: a name in common %s, within %s", (one, other, common, within) => {
  expect(overlap(one, other)).toBe(common);
  expect(overlap(other, one)).toBe(common);
  expect(isWithin(one, other)).toBe(within);
});
