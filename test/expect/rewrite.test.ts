// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the lines are what authors write
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rewriteExpectation } from "../../src/expect/index.ts";
import { escapeLine } from "../../src/expect/rewrite/escape-line.ts";
import { rewriteLine } from "../../src/expect/rewrite/rewrite-line.ts";
import { editLines } from "../../src/lesson/index.ts";
import { expectationOf, matches, parse } from "./compare.ts";

const VALUES: Readonly<Record<string, string>> = { NAME: "alpha", PORT: "80" };
const lookup = (name: string): string | undefined => VALUES[name];

function rewritten(expected: string, found: string): string | undefined {
  const [line] = expectationOf(expected).lines;
  return line === undefined ? undefined : rewriteLine(line, found, lookup)?.text;
}

describe("a line keeps what still fits", () => {
  test.each([
    ["Client Version: <version>", "Server Version: v1.2.3", "Server Version: <version>"],
    ["pod/a-<id> condition met", "pod/b-7d764666f9-4x2tp condition met", "pod/b-<id> condition met"],
    ["at https://<ip>:<port>/v1", "at https://10.0.0.1:8080/v2", "at https://<ip>:<port>/v2"],
    ["${NAME} has <int> pods", "alpha has 3 nodes", "${NAME} has <int> nodes"],
    ["${NAME} has <int> pods", "beta has 3 pods", "beta has <int> pods"],
    ["a   <any>   c", "a x d", "a   <any>   d"],
    ["<rest> is ready", "the pod is gone", "<rest> is gone"],
    ["kept <int> (optional)", "keeps 4", "keeps <int> (optional)"],
    ["took <duration>", "took long", "took long"],
    ["a.*b (re)", "x (re)", "x \\(re)"],
    ["old", "<int> ${NAME}", "\\<int> \\${NAME}"],
    ["old", "...", "\\..."],
    ["old", "\\n", "\\n"],
    ["old", "\\$", "\\\\$"],
  ])("%s, found %s: %s", (expected, found, wanted) => {
    expect(rewritten(expected, found)).toBe(wanted);
  });
});

const word = fc.constantFrom(
  "alpha",
  "beta",
  "10.0.0.1",
  "12s",
  "7",
  "<int>",
  "${NAME}",
  "...",
  "\\",
  "(re)",
  "$",
  "|",
  "1/1",
);
const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
const expectedWord = fc.constantFrom("alpha", "beta", "<ip>", "<age>", "<int>", "<any>", "<rest>", "${NAME}", "1/1");
const expectedLine = fc.oneof(
  { weight: 5, arbitrary: fc.array(expectedWord, { minLength: 1, maxLength: 4 }).map((words) => words.join("  ")) },
  { weight: 1, arbitrary: fc.constant("...") },
);

test("any text has a line that stands for just it", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        line,
        fc.string({ minLength: 1 }).filter((text) => /^[^\s\p{Cc}][^\p{Cc}]*[^\s\p{Cc}]$/u.test(text)),
      ),
      (text) => {
        const escaped = escapeLine(text);
        expect(escaped).toBeDefined();
        expect(matches(escaped ?? "", text)).toBe(true);
        expect(matches(escaped ?? "", `${text}x`)).toBe(false);
      },
    ),
  );
});

test.each(["lines", "contains", "unordered"] as const)(
  "%s: what was rewritten is met, and is not rewritten again",
  async (mode) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(expectedLine, { minLength: 1, maxLength: 5 }),
        fc.array(line, { minLength: 1, maxLength: 6 }),
        async (expected, found) => {
          const before = parse(expected.join("\n"), mode).expectation;
          fc.pre(before !== undefined);
          const output = `${found.join("\n")}\n`;
          const rewrite = await rewriteExpectation(before, output, lookup);
          if (rewrite.kind === "refused") expect(mode).toBe("contains");
          if (rewrite.kind !== "edits") return;
          const { text } = editLines(expected.join("\n"), [
            { expectation: before, inTranscript: false, edits: rewrite.edits },
          ]);
          const after = parse(text, mode).expectation;
          // An expectation of placeholders alone may end as one that accepts all: that is a finding, and not written.
          if (after === undefined) return;
          expect(await rewriteExpectation(after, output, lookup)).toEqual({ kind: "same" });
        },
      ),
      { numRuns: 500 },
    );
  },
);
