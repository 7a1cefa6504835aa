import { existsSync, readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../diagnostics/index.ts";
import { type Course, findCourse, findLesson } from "./course.ts";
import type { Io } from "./io.ts";
import { collectFiles, type LessonFile } from "./lesson-files.ts";
import type { Options } from "./options.ts";

/** The files that `test` and `lint` are about: paths, lesson ids, or without either the lessons here. Errors: there are none. */
export function selectFiles(io: Io, options: Options, args: readonly string[]): LessonFile[] {
  const course = () => findCourse(io.cwd, options.lessons);
  const paths =
    args.length === 0
      ? lessonsHere(io, options, course()).lessons.map((lesson) => lesson.file)
      : args.map((arg) => (isLessonId(arg, io.cwd) ? findLesson(course(), arg).file : arg));
  const files = collectFiles(paths, io.cwd);
  if (files.length > 0) return files;
  throw new UsageError(
    `There is no Markdown file in ${args.map((arg) => `\`${arg}\``).join(", ")}.`,
    "Name a `*.md` file.",
  );
}

/** Without a name only what stands here is meant, not the course that came along: its green run would say nothing of this folder. */
function lessonsHere({ cwd }: Io, { lessons }: Options, course: Course): Course {
  const here = realpathSync(cwd);
  if (lessons !== undefined || [here, path.join(here, "lessons")].includes(course.folder) || !course.own) return course;
  const page = readdirSync(here).find((name) => /\.(?:md|markdown)$/.test(name));
  throw new UsageError(
    "There are no lessons here.",
    page === undefined
      ? "Name Markdown files or folders; or, of the course that came along, lesson ids such as `lesson-01`."
      : `Name what is meant: \`${page}\`, or \`.\` for all Markdown in this folder.`,
  );
}

/** `lesson-03`, where no file of that name stands here. */
function isLessonId(arg: string, cwd: string): boolean {
  return /^lesson-\d+$/.test(arg) && !existsSync(path.resolve(cwd, arg));
}
