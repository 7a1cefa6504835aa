import { expect, test } from "vitest";
import { fingerprint } from "../../src/text/index.ts";

test("a fingerprint is 16 digits, the same for the same texts", () => {
  expect(fingerprint([])).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint(["lesson", "text"])).toBe(fingerprint(["lesson", "text"]));
});

test("where one text ends and the next begins shows", () => {
  expect(fingerprint(["ab", "c"])).not.toBe(fingerprint(["a", "bc"]));
  expect(fingerprint(["ab", ""])).not.toBe(fingerprint(["ab"]));
});

test("many short texts have as many fingerprints", () => {
  const all = Array.from({ length: 50_000 }, (_, number) => fingerprint([`step-${number}`]));
  expect(new Set(all).size).toBe(all.length);
});
