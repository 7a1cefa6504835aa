import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint } from "../../src/text/index.ts";

test("a fingerprint is 16 digits, the same for the same bytes", () => {
  expect(fingerprint(Buffer.from(""))).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint(Buffer.from("lesson"))).toBe(fingerprint(Buffer.from("lesson")));
});

test("one byte that differs, is missing or too many shows", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, by) => {
        const changed = Uint8Array.from(bytes);
        changed[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ by;
        expect(fingerprint(changed)).not.toBe(fingerprint(bytes));
        expect(fingerprint(bytes.subarray(1))).not.toBe(fingerprint(bytes));
        expect(fingerprint(Buffer.concat([bytes, Buffer.from([0])]))).not.toBe(fingerprint(bytes));
      },
    ),
  );
});

test("many short texts have as many fingerprints", () => {
  const all = Array.from({ length: 50_000 }, (_, number) => fingerprint(Buffer.from(`step-${number}`)));
  expect(new Set(all).size).toBe(all.length);
});
