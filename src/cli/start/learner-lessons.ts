import { type Diagnostic, EnvironmentError } from "../../diagnostics/index.ts";
import { checkCourse, type Lesson } from "../../lesson/index.ts";
import { renderDiagnostics } from "../../report/index.ts";
import type { Course } from "../course.ts";
import { AuthorError } from "../errors.ts";
import { sourceOf } from "../findings.ts";
import type { Io } from "../io.ts";
import { type LessonFile, readLessonFile, shownPath } from "../lesson-files.ts";
import { type ParsedFile, parseFiles } from "../parse-cached.ts";

/** The lessons of a course, parsed, as far as they can be. */
export interface CourseLessons {
  readonly files: readonly ParsedFile[];
  readonly lessons: readonly Lesson[];
  /** Lessons whose file cannot be read: an error for whoever wants one of them, none for the others. */
  readonly unreadable: ReadonlyMap<string, EnvironmentError>;
}

/** Parse all lessons of a course (each once: what was parsed is kept). */
export async function parseCourse(io: Io, course: Course, cacheDir: string): Promise<CourseLessons> {
  const unreadable = new Map<string, EnvironmentError>();
  const found = course.lessons.map(({ id, file }): LessonFile => {
    try {
      return readLessonFile(file, io.cwd);
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      unreadable.set(id, error);
      return { path: shownPath(file, io.cwd), text: "" };
    }
  });
  const readable = found.filter((_, index) => !unreadable.has(course.lessons[index]?.id ?? ""));
  const parsed = new Map((await parseFiles(readable, cacheDir)).map((file) => [file.path, file]));
  const files = found.map((file) => parsed.get(file.path) ?? { ...file, lesson: undefined, diagnostics: [] });
  return { files, unreadable, lessons: files.flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson])) };
}

/**
 * A lesson and what it builds on, in the order in which they are taken; the lesson itself last. Errors: one of them is
 * written wrongly (its findings are said first), requires a lesson that is not there, or a cycle.
 */
export function lessonWithRequired(
  io: Io,
  course: Course,
  { files, lessons, unreadable }: CourseLessons,
  id: string,
): Lesson[] {
  const ordered: Lesson[] = [];
  const refuseCourse = (wrong: Lesson | undefined, codes: readonly string[]): AuthorError => {
    const findings = checkCourse(lessons).filter(({ code }) => codes.includes(code));
    io.say(renderDiagnostics(findings, sourceOf(files), { colour: false, width: io.width }));
    return new AuthorError(`\`${wrong?.path ?? id}\` does not fit its course, so it is not run.`, CORRECT);
  };
  const find = (wanted: string | undefined) => lessons.find((one) => one.id === wanted);
  const visit = (wanted: string, trail: readonly string[]): void => {
    if (ordered.some((lesson) => lesson.id === wanted)) return;
    if (trail.includes(wanted)) throw refuseCourse(find(trail.at(-1)), ["LI032"]);
    const lesson = find(wanted);
    if (lesson === undefined) {
      if (course.lessons.every((one) => one.id !== wanted)) throw refuseCourse(find(trail.at(-1)), ["LI031"]);
      throw unreadable.get(wanted) ?? refuse(io, course, files, wanted);
    }
    if (course.lessons.filter((one) => one.id === wanted).length > 1) throw refuseCourse(lesson, ["LI030"]);
    for (const required of lesson.front.requires) visit(required.id, [...trail, wanted]);
    ordered.push(lesson);
  };
  visit(id, []);
  return ordered;
}

const CORRECT = "Correct what is found above.";

function refuse(io: Io, course: Course, files: readonly ParsedFile[], id: string): AuthorError {
  const file = files[course.lessons.findIndex((lesson) => lesson.id === id)];
  const findings: readonly Diagnostic[] = file?.diagnostics ?? [];
  io.say(renderDiagnostics(findings, sourceOf(files), { colour: false, width: io.width }));
  return new AuthorError(`\`${file?.path ?? id}\` is written wrongly, so it is not run.`, CORRECT);
}
