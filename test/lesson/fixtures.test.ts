import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CATALOGUE, type Diagnostic } from "../../src/diagnostics/index.ts";
import { RULES } from "../../src/lesson/checks/rules.ts";
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

/** Found by comparing lessons, not by reading one: `course.test.ts` has their examples. */
const COURSE_CODES = ["LI030", "LI031", "LI032"];
/** Found before a lesson is text: `test/cli/bad-input.test.ts` has their examples. */
const FILE_CODES = ["LI034", "LI035"];

test("every code about lessons has a bad example", () => {
  const ours = Object.keys(CATALOGUE).filter((code) => Number(code.slice(2)) < 50 || Number(code.slice(2)) > 500);
  const broken = pairs("broken", ".report.txt").flatMap(([name, text]) => parseLesson(name, text).diagnostics);
  const found = new Set<string>([
    ...broken.map(({ code }) => code),
    ...RULES.map(({ code }) => code),
    ...COURSE_CODES,
    ...FILE_CODES,
  ]);
  expect(ours.filter((code) => !found.has(code))).toEqual([]);
});
