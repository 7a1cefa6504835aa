import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/index.ts";
import { renderDiagnostics } from "../../src/report/index.ts";
import { at, FILE } from "./sample.ts";

test("findings: place, code, the line, what to do, counts; in the order of their places", () => {
  const source = "intro\n```bash {timeuot=2m}\n";
  const place = { file: FILE, line: 2, column: 10, offset: 15, endOffset: 22 };
  const findings: readonly Diagnostic[] = [
    { code: "LI001", severity: "warning", message: "Later.", place: { ...at(1), file: "lessons/lesson-02.md" } },
    { code: "LI001", severity: "error", message: "Unknown key `timeuot`.", hint: "Did you mean `timeout`?", place },
  ];
  const text = renderDiagnostics(findings, (file) => (file === FILE ? source : undefined));
  expect(text).toMatchInlineSnapshot(`
    "lessons/lesson-01.md:2:10 error LI001 Unknown key \`timeuot\`.
      2 | \`\`\`bash {timeuot=2m}
        |          ^^^^^^^
      hint: Did you mean \`timeout\`?

    lessons/lesson-02.md:1:1 warning LI001 Later.

    1 error, 1 warning
    "
  `);
  expect(renderDiagnostics([], () => undefined)).toBe("");
});
