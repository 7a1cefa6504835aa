import { describe, expect, test } from "vitest";
import { RULES } from "../../src/lesson/checks/rules.ts";
import { parseLesson } from "../../src/lesson/index.ts";

function codesOf(text: string): readonly string[] {
  return parseLesson("example.md", text).diagnostics.map((finding) => finding.code);
}

describe.each(RULES)("$name ($code)", ({ code, good, bad }) => {
  test.each(bad)("finds it in %j", (text) => {
    expect(codesOf(text)).toContain(code);
  });
  test.each(good)("finds nothing of its kind in %j", (text) => {
    expect(codesOf(text)).not.toContain(code);
  });
});

test.each(RULES.flatMap((rule) => rule.bad))("a bad example is wrong in nothing else: %j", (text) => {
  const { lesson, diagnostics } = parseLesson("example.md", text);
  expect(new Set(diagnostics.map((finding) => finding.code)).size).toBe(1);
  expect(lesson).toBeDefined();
});

test("names and codes are used once, rules stand in the order of their codes", () => {
  const codes = RULES.map((rule) => rule.code);
  expect(codes).toEqual([...new Set(codes)].toSorted());
  expect(new Set(RULES.map((rule) => rule.name)).size).toBe(RULES.length);
});

test("a finding stands at the characters it is about, in a list too", () => {
  const text = "1. First\n\n   ```bash\n   true\n   kubectl get pod <pod>\n   ```\n";
  const finding = parseLesson("page.md", text).diagnostics[0];
  expect(text.slice(finding?.place.offset, finding?.place.endOffset)).toBe("<pod>");
  expect([finding?.place.line, finding?.place.column]).toEqual([5, 20]);
});
