import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../../src/expect/regex/compile.ts";
import { parsePattern } from "../../../src/expect/regex/parse.ts";
import { PatternError } from "../../../src/expect/regex/pattern-error.ts";
import { longestPrefix, type Meter, matchesWhole } from "../../../src/expect/regex/simulate.ts";

function matches(pattern: string, text: string): boolean {
  return matchesWhole(compile(parsePattern(pattern)), text);
}

test.each([
  ["abc", "abc", true],
  ["abc", "abcd", false],
  ["abc", "xabc", false],
  ["", "", true],
  ["", "a", false],
  ["a|bc", "bc", true],
  ["a|bc", "abc", false],
  ["a|", "", true],
  ["^abc$", "abc", true],
  ["a^b", "ab", false],
  ["(a|b)+c", "ababc", true],
  ["(?:ab)*", "abab", true],
  ["(?<name>a)b", "ab", true],
  ["a{2}", "aa", true],
  ["a{2}", "aaa", false],
  ["a{2,}", "aaaa", true],
  ["a{1,2}", "aaa", false],
  ["a{0}b", "b", true],
  ["(a*)*b", "aab", true],
  ["a+?b", "aab", true],
  ["[a-c]+", "abc", true],
  ["[^a-c]", "d", true],
  ["[^a-c]", "a", false],
  ["[-a]+", "-a", true],
  ["[a-]+", "-a", true],
  ["[\\d-]+", "1-2", true],
  ["[\\]\\\\]+", "]\\", true],
  ["[.*]", "x", false],
  ["\\d\\D\\w\\W\\s\\S", "1a_- x", true],
  ["\\bfoo\\b.*", "foo bar", true],
  ["fo\\bo", "foo", false],
  ["f\\Boo", "foo", true],
  ["\\.", ".", true],
  ["\\.", "x", false],
  ["\\x41\\u0042\\u{43}", "ABC", true],
  ["a.c", "a😀c", true],
  ["a..c", "a😀c", false],
  ["[😀-😂]", "😁", true],
  ["(?i)ready", "READY", true],
  ["(?i)[a-c]+", "AbC", true],
  ["(?i)straße", "STRAßE", true],
  ["ready", "READY", false],
  ["}]", "}]", true],
  ["\\{\\}", "{}", true],
])("%s against %s is %s", (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

function fault(pattern: string): string {
  try {
    compile(parsePattern(pattern));
    return "none";
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `${error.at}: ${error.message}`;
  }
}

test("what is not supported is refused, with its place", () => {
  const patterns = [
    ..."( ) [ * { \\ a** (?=a) (?!a) (?<=a) (?<!a) (?i:a) a(?i) (a)\\1 \\k<a> \\p{L} \\q \\u{110000}".split(" "),
    ..."[] [z-a] [a-\\d] [[:alpha:]] [\\b] [!--a-] a{2,1} a{1001} a{ a{,3} ^* a++ ((a{100}){100}){100}".split(" "),
  ];
  expect(patterns.map((pattern) => `${pattern}   ${fault(pattern)}`).join("\n")).toMatchInlineSnapshot(`
    "(   0: \`(\` has no \`)\`, expected \`\\(\` for a parenthesis itself
    )   0: \`)\` closes no group, expected \`\\)\` for a parenthesis itself
    [   0: \`[\` has no \`]\`, expected \`\\[\` for a bracket itself
    *   0: \`*\` has nothing to repeat, expected \`\\*\` for the character itself
    {   0: \`{\` repeats nothing, expected \`{2}\`, \`{2,}\`, \`{2,5}\`, or \`\\{\` for a brace itself
    \\   0: \`\\\` ends the pattern, expected \`\\\\\` for a backslash itself
    a**   2: \`*\` after a repetition is not supported, expected a group
    (?=a)   0: Lookaround \`(?=\` is not supported, expected \`(…)\` or \`(?:…)\`
    (?!a)   0: Lookaround \`(?!\` is not supported, expected \`(…)\` or \`(?:…)\`
    (?<=a)   0: Lookaround \`(?<=\` is not supported, expected \`(…)\` or \`(?:…)\`
    (?<!a)   0: Lookaround \`(?<!\` is not supported, expected \`(…)\` or \`(?:…)\`
    (?i:a)   0: This kind of group \`(?i\` is not supported, expected \`(…)\` or \`(?:…)\`
    a(?i)   1: This kind of group \`(?i\` is not supported, expected \`(…)\` or \`(?:…)\`
    (a)\\1   3: The backreference \`\\1\` is not supported, expected \`\\d \\w \\s \\b\` or a character itself
    \\k<a>   0: The backreference \`\\k\` is not supported, expected \`\\d \\w \\s \\b\` or a character itself
    \\p{L}   0: The escape \`\\p\` is not supported, expected \`\\d \\w \\s \\b\` or a character itself
    \\q   0: The escape \`\\q\` is not supported, expected \`\\d \\w \\s \\b\` or a character itself
    \\u{110000}   0: \`\\u{110000}\` is no character
    []   0: An empty class matches nothing
    [z-a]   1: \`z-a\` is no range, expected two characters in order, or \`\\-\`
    [a-\\d]   1: \`a-\\d\` is no range, expected two characters in order, or \`\\-\`
    [[:alpha:]]   1: \`[:alpha:]\` is not supported, expected \`\\d\`, \`\\w\`, \`a-z\`
    [\\b]   1: \`\\b\` and \`\\B\` have no meaning in a class
    [!--a-]   none
    a{2,1}   1: \`{2,1}\` is out of order
    a{1001}   1: \`{1001}\` is more than 1000
    a{   1: \`{\` repeats nothing, expected \`{2}\`, \`{2,}\`, \`{2,5}\`, or \`\\{\` for a brace itself
    a{,3}   1: \`{\` repeats nothing, expected \`{2}\`, \`{2,}\`, \`{2,5}\`, or \`\\{\` for a brace itself
    ^*   1: An anchor cannot be repeated
    a++   2: \`+\` after a repetition is not supported, expected a group
    ((a{100}){100}){100}   0: The pattern's repetitions multiply too far"
  `);
});

test("deep nesting is refused, not a stack overflow", () => {
  expect(fault("(".repeat(50_000))).toBe("101: Groups are nested deeper than 100");
});

const atom = fc.constantFrom(
  "a",
  "b",
  "-",
  ".",
  "\\d",
  "\\w",
  "\\s",
  "\\S",
  "[ab]",
  "[^a]",
  "[a-b1]",
  "\\b",
  "\\B",
  "1",
  " ",
);
const quantifier = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{1,}", "*?");
const { pattern: anyPattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.array(tie("piece"), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
  piece: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.tuple(atom, quantifier).map(([a, q]) => (a === "\\b" || a === "\\B" ? a : a + q)),
    fc.tuple(tie("pattern"), quantifier).map(([p, q]) => `(${p})${q}`),
    fc.tuple(tie("pattern"), tie("pattern"), quantifier).map(([a, b, q]) => `(?:${a}|${b})${q}`),
  ),
}));
const anyText = fc.string({ unit: fc.constantFrom("a", "b", "1", "-", " "), maxLength: 7 });

test("the engine agrees with ECMAScript on random patterns", () => {
  const property = fc.property(anyPattern, fc.array(anyText, { minLength: 1, maxLength: 8 }), (pattern, texts) => {
    const program = compile(parsePattern(pattern));
    const reference = new RegExp(`^(?:${pattern})$`, "s");
    for (const text of texts) expect([text, matchesWhole(program, text)]).toEqual([text, reference.test(text)]);
  });
  fc.assert(property, { numRuns: 1000 });
});

test.each([
  ["(a+)+$", 100_000],
  ["(a|a)*b", 5000],
  ["(a*)*(a*)*(a*)*b", 2000],
  ["(?:a?){100}a{100}", 150],
  [".*.*.*=.*", 3000],
])("%s takes time in proportion to the text", (pattern, length) => {
  const program = compile(parsePattern(pattern));
  const meter: Meter = { steps: 0 };
  expect(matchesWhole(program, `${"a".repeat(length)}!`, meter)).toBe(false);
  expect(meter.steps).toBeLessThanOrEqual(2 * program.length * (length + 2));
});

test.each([
  ["a+", "aab", 2],
  ["a+", "b", undefined],
  ["a*", "b", 0],
  [".*-", "x-y-z", 4],
])("%s matches the beginning of %s up to %s", (pattern, text, expected) => {
  expect(longestPrefix(compile(parsePattern(pattern)), text)).toBe(expected);
});
