import type { Course, CourseLesson } from "./course.ts";
import { keep, keptEntry, readKept } from "./kept.ts";
import { readLessonFile, shownPath } from "./lesson-files.ts";

/** What a list says of a lesson; read from its front matter, without parsing the rest. */
export interface LessonFacts {
  readonly id: string;
  readonly title: string;
  readonly summary: string | undefined;
  readonly minutes: number | undefined;
  /** Set when the front matter cannot be read: the list still shows the lesson. */
  readonly problem: string | undefined;
}

/** Facts of all lessons of a course, in order. What was read of these very files before is taken from the cache. */
export async function readFacts(course: Course, cwd: string, cacheDir: string): Promise<readonly LessonFacts[]> {
  const files = course.lessons.map((lesson) => readFile(lesson, cwd));
  const texts = files.flatMap(({ id, shown, text, problem }) => [id, shown, text ?? "", problem ?? ""]);
  const entry = keptEntry(cacheDir, "facts", texts);
  const known = readKept<readonly LessonFacts[]>(entry);
  if (known !== undefined) return known;
  const { readFrontMatter } = await import("../lesson/index.ts");
  const facts = files.map(({ id, shown, text, problem }): LessonFacts => {
    if (text === undefined) return { id, title: id, summary: undefined, minutes: undefined, problem };
    const { front, diagnostics } = readFrontMatter(shown, text);
    const error = diagnostics.find((one) => one.severity === "error")?.message;
    return { id, title: front?.title ?? id, summary: front?.summary, minutes: front?.minutes, problem: error };
  });
  keep(entry, facts);
  return facts;
}

interface File {
  readonly id: string;
  readonly shown: string;
  readonly text: string | undefined;
  readonly problem: string | undefined;
}

function readFile({ id, file }: CourseLesson, cwd: string): File {
  const shown = shownPath(file, cwd);
  try {
    const { text, problem } = readLessonFile(file, cwd);
    return { id, shown, text: problem === undefined ? text : undefined, problem: problem?.message };
  } catch (error) {
    return { id, shown, text: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
