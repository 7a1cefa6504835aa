import { expect, test } from "vitest";
import { matches } from "./compare.ts";

test.each([
  ["the same line", "a", "a\n", true],
  ["no final line end", "a", "a", true],
  ["another line", "a", "b\n", false],
  ["a line too many", "a", "a\nb\n", false],
  ["a line too few", "a\nb", "a\n", false],
  ["the other order", "a\nb", "b\na\n", false],
  ["nothing printed", "a", "", false],
  ["trailing empty lines found", "a", "a\n\n\n", true],
  ["trailing empty lines expected", "a\n\n", "a\n", true],
  ["an empty line between", "a\n\nb", "a\n\nb\n", true],
  ["an empty line that is missing", "a\n\nb", "a\nb\n", false],
  ["an empty line first", "a", "\na\n", false],
  ["trailing blanks", "a  ", "a \t\n", true],
  ["blanks inside", "a   b c", "a b\t\tc\n", true],
  ["blanks where there were none", "ab", "a b\n", false],
  ["indentation", "  a", "  a\n", true],
  ["other indentation", "  a", "   a\n", false],
  ["indentation that is missing", "  a", "a\n", false],
  ["carriage returns", "a\nb", "a\r\nb\r\n", true],
  ["colour", "ready now", "\x1b[1;32mready\x1b[0m now\n", true],
  ["a terminal link", "docs", "\x1b]8;;https://istio.io\x1b\\docs\x1b]8;;\x1b\\\n", true],
  ["letters of another case", "Ready", "ready\n", false],
])("lines: %s", (_, body, output, expected) => {
  expect(matches(body, output)).toBe(expected);
});

test.each([
  ["nothing elided", "a\n...\nb", "a\nb\n", true],
  ["one line elided", "a\n...\nb", "a\nx\nb\n", true],
  ["the last of several candidates", "a\n...\nb", "a\nb\nb\nb\n", true],
  ["a false start after an elision", "...\na\nb\nc", "a\nb\na\nb\nc\n", true],
  ["a line missing after an elision", "a\n...\nb", "a\nx\n", false],
  ["an end that is elided", "a\n...", "a\nb\nc\n", true],
  ["a beginning that is elided", "...\nc", "a\nb\nc\n", true],
  ["a beginning that is elided, more after it", "...\nc", "a\nb\nc\nd\n", false],
  ["chunks in the wrong order", "...\nb\n...\na\n...", "a\nb\n", false],
  ["an indented elision", "a:\n  ...\nb:", "a:\n  x: 1\n  y: 2\nb:\n", true],
  ["two elisions in a row", "a\n...\n...\nb", "a\nb\n", true],
  ["dots that are escaped", "a\n\\...\nb", "a\n...\nb\n", true],
  ["dots that are escaped elide nothing", "a\n\\...\nb", "a\nx\nb\n", false],
  ["dots with more beside them", "a ...", "a b\n", false],
])("elision: %s", (_, body, output, expected) => {
  expect(matches(body, output)).toBe(expected);
});

test.each([
  ["present", "a\nb (optional)\nc", "a\nb\nc\n", true],
  ["absent", "a\nb (optional)\nc", "a\nc\n", true],
  ["twice", "a\nb (optional)\nc", "a\nb\nb\nc\n", false],
  ["something else in its place", "a\nb (optional)\nc", "a\nx\nc\n", false],
  ["last, absent", "a\nb (optional)", "a\n", true],
  ["two, the second present", "a\nb (optional)\nc (optional)", "a\nc\n", true],
  ["two, in the wrong order", "a\nb (optional)\nc (optional)", "a\nc\nb\n", false],
  ["with a pattern, present", "a\nb\\d (re) (optional)\nc", "a\nb1\nc\n", true],
  ["with a glob, the suffixes the other way round", "a\nb* (optional) (glob)\nc", "a\nbcd\nc\n", true],
  ["an empty line that may be there", "a\n (optional)\nb", "a\n\nb\n", true],
  ["an empty line that is not there", "a\n (optional)\nb", "a\nb\n", true],
  ["the same text as its neighbour", "a (optional)\na", "a\n", true],
])("optional: %s", (_, body, output, expected) => {
  expect(matches(body, output)).toBe(expected);
});

test.each([
  ["others all around", "b\nd", "a\nb\nc\nd\ne\n", true],
  ["the wrong order", "d\nb", "a\nb\nc\nd\ne\n", false],
  ["one missing", "b\nx", "a\nb\n", false],
  ["a part of a line", "reviews", "the reviews app\n", false],
  ["the same line twice, found once", "a\na", "a\nb\n", false],
  ["the same line twice, found twice", "a\na", "a\nb\na\n", true],
  ["an elision, which says nothing more", "a\n...\nb", "a\nb\n", true],
  ["a pattern", "reviews <int>", "x\nreviews 3\ny\n", true],
])("contains: %s", (_, body, output, expected) => {
  expect(matches(body, output, "contains")).toBe(expected);
});

test.each([
  ["another order", "a\nb\nc", "c\na\nb\n", true],
  ["one too many", "a\nb", "a\nb\nc\n", false],
  ["one too few", "a\nb", "a\n", false],
  ["the same line twice, found once", "a\na", "a\n", false],
  ["the same line twice, found twice", "a\nb\na", "a\na\nb\n", true],
  ["found twice, expected once", "a\nb", "a\na\nb\n", false],
  ["others, with an elision", "a\nb\n...", "b\nx\na\n", true],
  ["one missing, with an elision", "a\nb\n...", "x\na\n", false],
  ["a pattern that could take its neighbour's line", "<any>\na", "a\nb\n", true],
  ["a chain of patterns", "<any>\n<int>\n1", "1\n2\nx\n", true],
  ["a pattern with nothing left", "<any>\na", "a\nb c\n", false],
  ["an optional line, absent", "a\nb (optional)", "a\n", true],
  ["an optional line, present", "a\nb (optional)", "b\na\n", true],
  ["an optional pattern must serve what is left", "<any>\n<int> (optional)", "x\n7\n", true],
])("unordered: %s", (_, body, output, expected) => {
  expect(matches(body, output, "unordered")).toBe(expected);
});

test.each([
  ["none of them", "x\ny", "a\nb\n", true],
  ["one of them", "x\ny", "a\ny\n", false],
  ["a part of a line", "x", "a x b\n", true],
  ["a pattern", "*error* (glob)", "all well\nan error here\n", false],
  ["nothing printed", "x", "", true],
  ["nothing may be printed, and is not", "<rest>", "", true],
  ["nothing may be printed, but is", "<rest>", "x\n", false],
])("not: %s", (_, body, output, expected) => {
  expect(matches(body, output, "not")).toBe(expected);
});

test.each([
  ["byte for byte", "a  b\n  <int>\n...", "a  b\n  <int>\n...\n", true],
  ["no final line end", "a", "a", true],
  ["a trailing blank found", "a", "a \n", false],
  ["a trailing blank expected", "a ", "a \n", true],
  ["blanks inside", "a  b", "a b\n", false],
  ["a carriage return", "a", "a\r\n", false],
  ["colour", "a", "\x1b[1ma\x1b[0m\n", false],
  ["an empty line at the end", "a", "a\n\n", false],
  ["a suffix is text", "a+ (re)", "aa\n", false],
  ["a suffix is text, as written", "a+ (re)", "a+ (re)\n", true],
  ["a variable is text", `\${HOME}`, `\${HOME}\n`, true],
  ["a backslash is text", "\\...", "\\...\n", true],
])("exact: %s", (_, body, output, expected) => {
  expect(matches(body, output, "exact")).toBe(expected);
});
