import { existsSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../diagnostics/index.ts";
import { findCourse, findLesson } from "./course.ts";
import type { Io } from "./io.ts";
import { collectFiles, type LessonFile } from "./lesson-files.ts";
import type { Options } from "./options.ts";

/** The files that `test` and `lint` are about: paths, lesson ids, or without either the course's lessons. */
export function selectFiles(io: Io, options: Options, args: readonly string[]): LessonFile[] {
  const course = () => findCourse(io.cwd, options.lessons);
  const paths =
    args.length === 0
      ? course().lessons.map((lesson) => lesson.file)
      : args.map((arg) => (isLessonId(arg, io.cwd) ? findLesson(course(), arg).file : arg));
  const files = collectFiles(paths, io.cwd);
  if (files.length > 0) return files;
  throw new UsageError(
    `There is no Markdown file in ${args.map((arg) => `\`${arg}\``).join(", ")}.`,
    "Name a `*.md` file.",
  );
}

/** `lesson-03`, where no file of that name stands here. */
function isLessonId(arg: string, cwd: string): boolean {
  return /^lesson-\d+$/.test(arg) && !existsSync(path.resolve(cwd, arg));
}
