import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parseLesson } from "../../src/lesson/index.ts";

const probe = readFileSync(path.resolve(import.meta.dirname, "../../fixtures/rendering/probe.md"), "utf8");
const section = probe.slice(probe.indexOf("## Details"), probe.indexOf("## Hidden"));

// What the authors' reference advises for MkDocs has to be a check all the same.
test.each(["<details>", '<details markdown="1">', "<details markdown>"])("a check in %s is a check", (begin) => {
  const page = `\`\`\`bash\ntrue\n\`\`\`\n\n${section.replace("## Details\n", "").replace("<details>", begin)}`;
  const { lesson, diagnostics } = parseLesson("page.md", page);
  expect(diagnostics).toEqual([]);
  const checks = lesson?.steps.flatMap((step) => step.checks) ?? [];
  expect(checks.map(({ title, withinMs }) => ({ title, withinMs }))).toEqual([
    { title: "DETAILS-SUMMARY", withinMs: 120_000 },
  ]);
});
