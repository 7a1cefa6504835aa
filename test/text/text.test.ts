import { expect, test } from "vitest";
import {
  formatDuration,
  parseDuration,
  plural,
  sourceFrame,
  splitLines,
  suggest,
  truncateMiddle,
} from "../../src/text/index.ts";

test.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\nb", ["a", "b"]],
  ["a\r\nb\r\n", ["a", "b"]],
  ["\n", [""]],
  ["a\n\n", ["a", ""]],
  ["a\rb", ["a\rb"]],
])("the lines of %j", (text, expected) => {
  expect(splitLines(text)).toEqual(expected);
});

test.each([
  ["500ms", 500],
  ["60s", 60_000],
  ["1.5s", 1500],
  ["2m", 120_000],
  ["1h", 3_600_000],
  ["1h30m", 5_400_000],
  ["1m30s", 90_000],
  ["0s", 0],
  ["", undefined],
  ["60", undefined],
  ["s", undefined],
  ["-1s", undefined],
  ["1 s", undefined],
  ["1.5m", undefined],
  ["30s1m", undefined],
  ["1s1s", undefined],
  ["1d", undefined],
  ["99999999999999999999h", undefined],
])("the duration %j is %s ms", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  [0, "0ms"],
  [0.4, "0ms"],
  [340, "340ms"],
  [999.4, "999ms"],
  [999.6, "1s"],
  [2400, "2.4s"],
  [9949, "9.9s"],
  [9950, "10s"],
  [59_400, "59s"],
  [59_600, "1m"],
  [60_000, "1m"],
  [65_000, "1m 5s"],
  [3_599_600, "1h"],
  [3_600_000, "1h"],
  [3_720_000, "1h 2m"],
])("%d ms read as %s", (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

test("plurals", () => {
  expect([0, 1, 2].map((count) => plural(count, "step"))).toEqual(["0 steps", "1 step", "2 steps"]);
  expect([1, 2].map((count) => plural(count, "try", "tries"))).toEqual(["1 try", "2 tries"]);
});

const KEYS = ["timeout", "exit", "hidden", "file", "if", "mode", "within", "every"];

test.each([
  ["tiemout", "timeout"],
  ["timeuot", "timeout"],
  ["Timeout", "timeout"],
  ["exti", "exit"],
  ["hiden", "hidden"],
  ["fi", "if"],
  ["fil", "file"],
  ["evry", "every"],
  ["x", undefined],
  ["colour", undefined],
  ["", undefined],
])("%s means %s", (word, expected) => {
  expect(suggest(word, KEYS)).toBe(expected);
});

test("a suggestion is the nearest, and the first of equals", () => {
  expect(suggest("lesson-01x", ["lesson-02", "lesson-01"])).toBe("lesson-01");
  expect(suggest("cat", ["bat", "rat"])).toBe("bat");
});

function frame(text: string, word: string): string {
  const offset = text.indexOf(word);
  const line = text.slice(0, offset).split("\n").length;
  return sourceFrame(text, { line, offset, endOffset: offset + word.length });
}

test("a frame shows the line with carets under the place", () => {
  expect(frame("# One\n\n```bash {tiemout=2m}\nls\n```\n", "tiemout")).toMatchInlineSnapshot(`
    "3 | \`\`\`bash {tiemout=2m}
      |          ^^^^^^^"
  `);
});

test("carets stand right under tabs, wide letters and control sequences", () => {
  expect(frame("\ta 名前 \x1b[31mbad", "bad")).toMatchInlineSnapshot(`
    "1 |   a 名前 bad
      |          ^^^"
  `);
});

test("a long line is shown around the place", () => {
  expect(frame(`${"word ".repeat(60)}here${" word".repeat(60)}`, "here")).toMatchInlineSnapshot(`
    "1 | …word word word word word word word word word word here word word word word word word word word word …
      |                                                    ^^^^"
  `);
});

test("a place over several lines is marked on its first", () => {
  expect(frame("a b\nc d\n", "b\nc")).toMatchInlineSnapshot(`
    "1 | a b
      |   ^"
  `);
});

test.each([
  ["an empty text", "", 0],
  ["the end of a text", "abc\n", 4],
  ["past the end", "abc", 10],
  ["an empty line first", "\nabc", 0],
])("a frame for %s", (_, text, offset) => {
  const rows = sourceFrame(text, { line: 1, offset, endOffset: offset }).split("\n");
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatch(/^ {2}\| +\^$/);
});

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdefg", 6, "abc…fg"],
  ["abcdefg", 1, "…"],
  ["abcdefg", 2, "a…"],
  ["😀😀😀😀", 3, "😀…😀"],
  ["😀😀😀", 3, "😀😀😀"],
])("%s within %d", (text, max, expected) => {
  expect(truncateMiddle(text, max)).toBe(expected);
});
