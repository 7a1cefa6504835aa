import { existsSync } from "node:fs";
import path from "node:path";
import type { Lesson } from "../lesson/index.ts";
import { lessonsIn, readCourse } from "./course.ts";
import { type LessonFile, readLessonFile } from "./lesson-files.ts";
import type { ParsedFile } from "./parse-cached.ts";

/**
 * The selected files, the lessons that they build on, and any that bear the same id, found beside them. What is not there,
 * or there twice, is a finding, later.
 */
export async function withRequired(
  selected: readonly ParsedFile[],
  cwd: string,
  parse: (files: readonly LessonFile[]) => Promise<readonly ParsedFile[]>,
): Promise<readonly ParsedFile[]> {
  let files = selected;
  for (;;) {
    const have = new Set(files.map((file) => path.resolve(cwd, file.path)));
    const missing = files.flatMap((file) => requiredFiles(file, cwd)).filter((file) => !have.has(file));
    if (missing.length === 0) return files;
    files = [...files, ...(await parse([...new Set(missing)].map((file) => readLessonFile(file, cwd))))];
  }
}

function requiredFiles({ path: file, lesson }: ParsedFile, cwd: string): string[] {
  if (lesson?.kind !== "lesson") return [];
  const ids = new Set([lesson.id, ...lesson.front.requires.map((required) => required.id)]);
  return lessonsIn(path.dirname(path.resolve(cwd, file))).flatMap((one) => (ids.has(one.id) ? [one.file] : []));
}

/** Variables that the lessons' courses share. */
export function courseVarsOf(lessons: readonly Lesson[], cwd: string): Readonly<Record<string, string>> {
  const folders = lessons
    .filter((lesson) => lesson.kind === "lesson")
    .map(({ path: file }) => path.dirname(path.resolve(cwd, file)));
  const courses = [...new Set(folders)].filter((folder) => existsSync(path.join(folder, "course.yaml")));
  return Object.assign({}, ...courses.map((folder) => readCourse(folder).vars));
}
