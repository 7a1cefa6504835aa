import { expect, test } from "vitest";
import { variablesOf } from "../../src/expect/index.ts";
import { compare, expectationOf, matches } from "./compare.ts";

test.each([
  ["re is anchored", "a (re)", "ab", false],
  ["re groups its alternatives", "a|b (re)", "b", true],
  ["re groups its alternatives, wrong", "a|b (re)", "ac", false],
  ["re knows no placeholder", "<int> (re)", "1", false],
  ["re with blanks that moved", "NAME   \\d+ (re)", "NAME 12", true],
  ["re with indentation", "  a+ (re)", "  aaa", true],
  ["re with other indentation", "  a+ (re)", " aaa", false],
  ["re after an anchor keeps its indentation", "^  a+$ (re)", "  aaa", true],
  ["re with a quantified blank", "a +b (re)", "a b", true],
  ["re with a class of blanks", "a[ \\t]+b (re)", "a \t b", true],
  ["glob star", "a*c (glob)", "abbc", true],
  ["glob star takes nothing", "a*c (glob)", "ac", true],
  ["glob star takes blanks", "a*c (glob)", "a b c", true],
  ["glob question mark", "a?c (glob)", "abc", true],
  ["glob question mark takes one", "a?c (glob)", "ac", false],
  ["glob takes the whole line", "a* (glob)", "ba", false],
  ["glob escapes", "a\\*c\\? (glob)", "a*c?", true],
  ["glob escapes, wrong", "a\\*c (glob)", "abc", false],
  ["glob with other regex characters", "a.c+(*) (glob)", "a.c+(x)", true],
  ["glob with a placeholder", "*-<int> (glob)", "a-b-12", true],
  ["star without glob", "a*c", "abc", false],
  ["brackets in a glob are literal", "[ab] (glob)", "a", false],
])("%s", (_, body, output, expected) => {
  expect(matches(`${body}\nend`, `${output}\nend\n`)).toBe(expected);
});

test.each([
  ["a placeholder", "\\<int>", "<int>"],
  ["a placeholder in the middle", "a \\<int> b", "a <int> b"],
  ["a backslash before a placeholder", "a\\\\<int>", "a\\12"],
  ["a backslash and a literal placeholder", "a\\\\\\<int>", "a\\<int>"],
  ["a variable", `\\\${HOME}`, `\${HOME}`],
  ["dots", "\\...", "..."],
  ["indented dots", "  \\...", "  ..."],
  ["a backslash before dots", "\\\\...", "\\..."],
  ["a re suffix", "really \\(re)", "really (re)"],
  ["an optional suffix", "really \\(optional)", "really (optional)"],
  ["a suffix in a glob", "r* \\(glob) (glob)", "really (glob)"],
  ["a dollar at the start", "\\$ ls", "$ ls"],
  ["an exit mark at the start", "\\[1]", "[1]"],
  ["a backslash at the start", "\\\\server", "\\server"],
  ["no escape before a letter", "\\d is a digit", "\\d is a digit"],
  ["no escape in the middle", 'say \\"hi\\" \\\\ C:\\x', 'say \\"hi\\" \\\\ C:\\x'],
  ["a backslash at the end", "docker run \\", "docker run \\"],
  ["a suffix without a blank", "f(re)", "f(re)"],
  ["a suffix alone on its line", "(re)", "(re)"],
  ["another word in parentheses", "deleted (dry run)", "deleted (dry run)"],
])("a backslash: %s", (_, body, output) => {
  expect(matches(`${body}\nend`, `${output}\nend\n`)).toBe(true);
});

test("an escaped form matches nothing but itself", () => {
  expect(matches("\\<int>\nend", "12\nend\n")).toBe(false);
  expect(matches("really \\(optional)\nend", "end\n")).toBe(false);
});

test.each([
  ["its value", `at \${URL} now`, "at http://x now", true],
  ["another value", `at \${URL} now`, "at http://y now", false],
  ["a value is not a pattern", `at \${STAR}`, "at bc", false],
  ["a value is literal", `at \${STAR}`, "at .*", true],
  ["blanks of a value count as one", `at \${WIDE}.`, "at a b.", true],
  ["a value that is empty", `at \${EMPTY} now`, "at now", true],
  ["a value that is empty, at the end", `at \${EMPTY}`, "at", true],
  ["together with a placeholder", `\${URL}:<port>`, "http://x:80", true],
  ["unset", `at \${GONE}`, "at ", false],
  ["unset in an optional line that is absent", `at \${GONE} (optional)\nend`, "end", false],
])("a variable: %s", (_, body, output, expected) => {
  const variables = { URL: "http://x", STAR: ".*", WIDE: "a   b", EMPTY: "" };
  expect(compare(body, `${output}\n`, "lines", variables).kind === "match").toBe(expected);
});

test.each(["lines", "contains", "unordered", "not"] as const)("an unset variable is a mismatch in %s", (mode) => {
  expect(compare(`a\n\${GONE}`, "a\n", mode).kind).toBe("mismatch");
  expect(compare(`a\n\${GONE}`, "b\n", mode).kind).toBe("mismatch");
});

test("the variables of an expectation are listed once, in order", () => {
  expect(variablesOf(expectationOf(`\${B} \${A}\n\\\${C} \${B}x\n\${D}* (glob)`))).toEqual(["B", "A", "D"]);
  expect(variablesOf(expectationOf(`\${A}`, "exact"))).toEqual([]);
});
