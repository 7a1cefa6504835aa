import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLessonFile } from "../../src/cli/lesson-files.ts";
import { CATALOGUE, type Diagnostic } from "../../src/diagnostics/index.ts";
import { checkCourse, parseLesson, readVariants } from "../../src/lesson/index.ts";
import { EXAMPLES, type Examples } from "./code-examples.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "codes-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function findingsOf(example: Examples["good"]): readonly Diagnostic[] {
  if (typeof example === "string")
    return parseLesson(example.startsWith("---") ? "lesson-01-x.md" : "page.md", example).diagnostics;
  if (Buffer.isBuffer(example)) {
    writeFileSync(path.join(folder, "page.md"), example);
    const { problem } = readLessonFile(path.join(folder, "page.md"), folder);
    return problem === undefined ? [] : [problem];
  }
  const pages = Object.entries(example).filter(([name]) => name.endsWith(".md"));
  const parsed = pages.map(([name, text]) => parseLesson(name, text));
  const lessons = parsed.flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson]));
  const variants = Object.entries(example).filter(([name]) => name.endsWith(".mutants.yaml"));
  const ofVariants = variants.flatMap(([name, text]) =>
    lessons.flatMap((lesson) => readVariants(name, text, lesson).diagnostics),
  );
  return [...parsed.flatMap(({ diagnostics }) => diagnostics), ...checkCourse(lessons), ...ofVariants];
}

function codesOf(example: Examples["good"]): readonly string[] {
  return findingsOf(example).map(({ code }) => code);
}

test("every code has examples, and nothing else has", () => {
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
});

describe.each(Object.keys(CATALOGUE))("%s", (code) => {
  const examples = EXAMPLES[code];

  test("its bad example has it, with what to do, and is wrong in nothing else", () => {
    const findings = findingsOf(examples?.bad ?? "");
    const found = findings.filter((finding) => finding.code === code);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ hint, message }) => hint === undefined && !message.includes("expected"))).toEqual([]);
    const others = findings.filter((finding) => finding.code !== code && finding.severity === "error");
    expect(others.map((finding) => finding.code)).toEqual([]);
  });

  test("its good example has nothing to find", () => {
    expect(codesOf(examples?.good ?? "")).toEqual([]);
  });
});
