import { expect, test } from "vitest";
import { formatPlace } from "../../src/diagnostics/index.ts";
import type { ExpectationMode } from "../../src/expect/index.ts";
import { parse } from "./compare.ts";

function findings(body: string, mode: ExpectationMode = "lines"): string {
  const { expectation, diagnostics } = parse(body, mode);
  if (expectation !== undefined) return "sound";
  return diagnostics
    .map((each) => `${formatPlace(each.place)} ${each.code} ${each.message}\n  hint: ${each.hint}`)
    .join("\n");
}

test("a body without text is empty", () => {
  expect(findings("")).toMatchInlineSnapshot(`
    "page.md:1:1 LI050 The expectation has no text, expected at least one line of output
      hint: write what the command prints, or remove the fence; \`not\` with \`<rest>\` says that nothing is printed"
  `);
  expect(findings("\n  \n")).toMatch(/LI050/);
  expect(findings("", "exact")).toMatch(/LI050/);
});

test.each<[ExpectationMode, string]>([
  ["lines", "..."],
  ["lines", "<rest>"],
  ["lines", "<rest>\n<rest>"],
  ["lines", "...\n.* (re)"],
  ["lines", "...\n(.|x)* (re)\n..."],
  ["lines", "* (glob)\n..."],
  ["lines", "...\nfoo (optional)"],
  ["contains", "<rest>"],
  ["contains", "..."],
  ["unordered", "...\nfoo (optional)"],
])("%s cannot fail: %j", (mode, body) => {
  expect(findings(body, mode)).toMatch(/^page\.md:1:1 LI051 The expectation cannot fail/);
});

test.each<[ExpectationMode, string]>([
  ["lines", "foo\n..."],
  ["lines", "<any>"],
  ["lines", "foo (optional)"],
  ["not", "<rest>"],
  ["exact", "..."],
  ["exact", `x (regex)\n\${a b}`],
  ["contains", "foo\n..."],
])("%s can fail: %j", (mode, body) => {
  expect(findings(body, mode)).toBe("sound");
});

test("the message for an expectation that cannot fail", () => {
  expect(findings("...")).toMatchInlineSnapshot(`
    "page.md:1:1 LI051 The expectation cannot fail, expected at least one line that an output must have
      hint: write a line that is always printed, or remove the fence"
  `);
});

test("every line's finding is reported, at its place", () => {
  const body = [
    "fine",
    "a(b (re)",
    "  (?=x)y (re)",
    `at \${HOME} (re)`,
    "x (regex)",
    "x (RE)",
    "x (opt)",
    "x (re) (glob)",
    "x (re) (re)",
    "... (optional)",
    `at \${HOME:-x}`,
    `at \${{ github.ref }}`,
  ].join("\n");
  expect(findings(body)).toMatchInlineSnapshot(`
    "page.md:2:2 LI052 \`(\` has no \`)\`, expected \`\\(\` for a parenthesis itself
      hint: mend the pattern; without \`(re)\` the line is compared as it stands
    page.md:3:3 LI052 Lookaround \`(?=\` is not supported, expected \`(…)\` or \`(?:…)\`
      hint: mend the pattern; without \`(re)\` the line is compared as it stands
    page.md:4:4 LI052 \`\${\` found in a \`(re)\` line, where no variable is replaced
      hint: leave out \`(re)\`, or write \`\\$\\{\`
    page.md:5:3 LI053 Unknown line suffix \`(regex)\`, expected \`(re)\`, \`(glob)\` or \`(optional)\`
      hint: did you mean \`(re)\`? For the text itself write \`\\(regex)\`
    page.md:6:3 LI053 Unknown line suffix \`(RE)\`, expected \`(re)\`, \`(glob)\` or \`(optional)\`
      hint: did you mean \`(re)\`? For the text itself write \`\\(RE)\`
    page.md:7:3 LI053 Unknown line suffix \`(opt)\`, expected \`(re)\`, \`(glob)\` or \`(optional)\`
      hint: did you mean \`(optional)\`? For the text itself write \`\\(opt)\`
    page.md:8:3 LI053 \`(re)\` and \`(glob)\` stand on one line, expected one of them
      hint: choose the one in whose syntax the line is written
    page.md:9:3 LI053 \`(re)\` stands twice
      hint: write it once
    page.md:10:5 LI053 \`...\` found with \`(optional)\`, expected it alone on its line
      hint: remove the suffix: \`...\` stands for none or more lines
    page.md:11:4 LI054 \`\${HOME:-x}\` found, expected the name of a variable: \`\${NAME}\`
      hint: name a variable, or write \`\\\${HOME:-x}\` for the text itself
    page.md:12:4 LI054 \`\${{ github.ref }}\` found, expected the name of a variable: \`\${NAME}\`
      hint: name a variable, or write \`\\\${{ github.ref }}\` for the text itself"
  `);
});

test("what means nothing in a mode is a finding", () => {
  expect(findings("a\n...", "not")).toMatchInlineSnapshot(`
    "page.md:2:1 LI055 \`...\` found in \`not\`, expected only lines that must not occur
      hint: remove it, or write \`\\...\` for the three dots themselves"
  `);
  expect(findings("a\nb (optional)", "contains")).toMatchInlineSnapshot(`
    "page.md:2:1 LI055 \`(optional)\` found in \`contains\`, where a line that may be absent says nothing
      hint: remove the line or its \`(optional)\`"
  `);
});

test("an expectation is plain data and keeps its source", () => {
  const { expectation } = parse("a  <int>\n...\nb (optional)\n");
  expect(JSON.parse(JSON.stringify(expectation))).toEqual(expectation);
  expect(expectation?.source).toBe("a  <int>\n...\nb (optional)\n");
});
