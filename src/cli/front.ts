import { readFileSync } from "node:fs";
import { readFrontMatter } from "../lesson/index.ts";
import type { Course, CourseLesson } from "./course.ts";
import { shownPath } from "./lesson-files.ts";

/** What a list says of a lesson; read from its front matter, without parsing the rest. */
export interface LessonFacts {
  readonly id: string;
  readonly title: string;
  readonly summary: string | undefined;
  readonly minutes: number | undefined;
  /** Set when the front matter cannot be read: the list still shows the lesson. */
  readonly problem: string | undefined;
}

/** Facts of all lessons of a course, in order. */
export function readFacts(course: Course, cwd: string): LessonFacts[] {
  return course.lessons.map((lesson) => readLessonFacts(lesson, cwd));
}

function readLessonFacts({ id, file }: CourseLesson, cwd: string): LessonFacts {
  try {
    const { front, diagnostics } = readFrontMatter(shownPath(file, cwd), readFileSync(file, "utf8"));
    const problem = diagnostics.find((one) => one.severity === "error")?.message;
    return { id, title: front?.title ?? id, summary: front?.summary, minutes: front?.minutes, problem };
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return { id, title: id, summary: undefined, minutes: undefined, problem: `cannot be read (${why})` };
  }
}
