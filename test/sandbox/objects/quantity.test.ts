import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalQuantity, parseQuantity, quantityValue } from "../../../src/sandbox/objects/index.ts";

test.each([
  ["2000m", "2"],
  ["0.5", "500m"],
  [".5", "500m"],
  ["1.", "1"],
  ["1024Mi", "1Gi"],
  ["1536Ki", "1536Ki"],
  ["0.5Gi", "512Mi"],
  ["1.5Gi", "1536Mi"],
  ["512", "512"],
  ["1000", "1k"],
  ["1500000", "1500k"],
  ["100Ki", "100Ki"],
  ["0.5Ki", "512"],
  ["1e3", "1e3"],
  ["1E", "1E"],
  ["-250m", "-250m"],
  ["+1", "1"],
  ["0", "0"],
  ["0Gi", "0"],
  ["0.0000000001", "1n"],
  [2, "2"],
  [0.1, "100m"],
])("%s prints as %s", (input, expected) => {
  expect(canonicalQuantity(input)).toBe(expected);
});

test.each(["", "m", "1mi", "1 Gi", "--1", "1.2.3", "ten", "1e", "."])("%j is no quantity", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test("the canonical form keeps the value and is its own canonical form", () => {
  const suffix = fc.constantFrom("", "n", "u", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e2", "e-3");
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), suffix, (number, end) => {
      const text = `${number}${end}`;
      const canonical = canonicalQuantity(text);
      expect(parseQuantity(canonical)?.nanos).toBe(parseQuantity(text)?.nanos);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});

test.each([
  ["250m", 0.25],
  ["1Gi", 1_073_741_824],
  ["110", 110],
])("the value of %s is %d", (text, expected) => {
  expect(quantityValue(text)).toBe(expected);
});
