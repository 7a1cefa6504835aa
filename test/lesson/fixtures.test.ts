import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/index.ts";
import { parseLesson } from "../../src/lesson/index.ts";

const folder = path.resolve(import.meta.dirname, "../../fixtures/lessons");

/** Files named `*.md` with what belongs beside them; a missing companion fails unless fixtures are being updated. */
function pairs(kind: string, extension: string): readonly [name: string, text: string, companion: string][] {
  const files = readdirSync(path.join(folder, kind)).filter((file) => file.endsWith(".md"));
  return files.map((file) => [
    file,
    readFileSync(path.join(folder, kind, file), "utf8"),
    path.join(folder, kind, file.replace(/\.md$/, extension)),
  ]);
}

function expectCompanion(companion: string, actual: string): void {
  if (process.env.UPDATE_FIXTURES === "1") writeFileSync(companion, actual);
  expect(actual).toBe(readFileSync(companion, "utf8"));
}

function report(diagnostics: readonly Diagnostic[]): string {
  const rows = diagnostics.map(({ place, code, message, hint }) => {
    const next = hint === undefined ? "" : `\n  hint: ${hint}`;
    return `${place.file}:${place.line}:${place.column} ${code} ${message}${next}\n`;
  });
  return rows.join("");
}

describe("a good file gives its whole lesson", () => {
  test.each(pairs("ok", ".json"))("%s", (name, text, companion) => {
    const { lesson, diagnostics } = parseLesson(name, text);
    expect(report(diagnostics)).toBe("");
    expectCompanion(companion, `${JSON.stringify(lesson, undefined, 2)}\n`);
  });
});

describe("a broken file gives its findings and no lesson", () => {
  test.each(pairs("broken", ".report.txt"))("%s", (name, text, companion) => {
    const { lesson, diagnostics } = parseLesson(name, text);
    expectCompanion(companion, report(diagnostics));
    expect(lesson).toBeUndefined();
  });
});
