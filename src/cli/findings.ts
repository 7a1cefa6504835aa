import type { Diagnostic } from "../diagnostics/index.ts";
import type { Lesson } from "../lesson/index.ts";
import type { LessonFile } from "./lesson-files.ts";
import type { ParsedFile } from "./parse-cached.ts";

/** All findings of files: each one's own, then those of the lessons as a course (ids, requirements). */
export async function findingsOf(files: readonly ParsedFile[]): Promise<readonly Diagnostic[]> {
  const own = files.flatMap((file) => file.diagnostics);
  const lessons = files.flatMap(({ lesson }) => (lesson?.kind === "lesson" ? [lesson] : []));
  // A lesson alone that requires nothing has nothing to disagree with; the course's rules are not even loaded.
  if (lessons.length < 2 && lessons.every((lesson) => lesson.front.requires.length === 0)) return own;
  // A lesson that could not be read is not a missing one: the error about it is enough.
  if (files.some((file) => file.lesson === undefined)) return own;
  return [...own, ...(await checkCourse(lessons))];
}

async function checkCourse(lessons: readonly Lesson[]): Promise<readonly Diagnostic[]> {
  return (await import("../lesson/index.ts")).checkCourse(lessons);
}

export function hasErrors(findings: readonly Diagnostic[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}

/** The text of the file that a finding is in, for its source line. */
export function sourceOf(files: readonly LessonFile[]): (file: string) => string | undefined {
  const texts = new Map(files.map((file) => [file.path, file.text]));
  return (file) => texts.get(file);
}
