import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import wrapAnsi from "wrap-ansi";
import { columnsOf, wrapWords } from "../../src/text/index.ts";

const word = fc.string({ minLength: 1, maxLength: 30, unit: fc.constantFrom(..."ab-`~!") });
const plain = fc.array(fc.tuple(word, fc.constantFrom(" ", " ", "  ", "   ", "\n", "\n ")), {
  minLength: 1,
  maxLength: 40,
});
const any = fc.string({ maxLength: 60, unit: fc.constantFrom("a", " ", "\n", "\t", "é", "世", "\u001b[31m", "😀") });

test("wraps plain text as wrap-ansi does", () => {
  fc.assert(
    fc.property(plain, fc.integer({ min: 1, max: 100 }), (words, columns) => {
      const text = words.map(([one, gap]) => one + gap).join("");
      expect(wrapWords(text, columns)).toBe(wrapAnsi(text, columns, { hard: false, trim: true }));
    }),
  );
});

test("wraps and measures any other text as the packages do", () => {
  fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 40 }), (text, columns) => {
      expect(wrapWords(text, columns)).toBe(wrapAnsi(text, columns, { hard: false, trim: true }));
      expect(columnsOf(text)).toBe(stringWidth(text));
    }),
  );
});

test("leaves a long word whole and keeps the lines that there are", () => {
  expect(wrapWords("see http://example.test/a/long/address now\nor later", 10)).toMatchInlineSnapshot(`
    "see
    http://example.test/a/long/address
    now
    or later"
  `);
});
