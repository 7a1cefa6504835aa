import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { AuthorError, EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { ClassNews, Goal } from "./class-news.ts";
import type { CourseLessons } from "./learner-lessons.ts";
import { catchUpFirst, lessonsFor } from "./lessons-for.ts";
import { takeLesson } from "./take-lesson.ts";
import type { Taking } from "./taking.ts";

/** A learner's lesson, in a class. */
type InClass = Omit<Taking, "step" | "goal"> & { readonly news: ClassNews };

/**
 * As long as the learner leaves a lesson for the one that the class is in: that one, behind what it builds on. Where they
 * do not get there, they are in the lesson again that they left. `ended`: the exit code of the first one; returns the last.
 */
export async function followClass(
  io: Io,
  options: Options,
  about: InClass,
  parsed: CourseLessons,
  ended: number,
): Promise<number> {
  const { news, view } = about;
  let code = ended;
  let { lesson } = about;
  for (let goal = news.takeFollowing(); goal !== undefined; goal = news.takeFollowing()) {
    const isReady = await makeReady(io, options, { ...about, lesson: goal.lesson }, parsed);
    if (io.interrupted()) return EXIT.interrupted;
    if (!isReady) view.sentence(`You stay in ${lesson.id}.`);
    const at: { lesson: Goal["lesson"]; goal?: Goal } = isReady ? { lesson: goal.lesson, goal } : { lesson };
    lesson = at.lesson;
    code = await takeLesson(io, options, { ...about, ...at, step: undefined });
  }
  return code;
}

/** Whether all that the lesson builds on holds now, or the learner goes on without. */
async function makeReady(io: Io, options: Options, about: InClass, parsed: CourseLessons): Promise<boolean> {
  try {
    const lessons = lessonsFor(io, about.place, parsed, about.lesson.id);
    return (await catchUpFirst(io, options, about, lessons.slice(0, -1))) === EXIT.ok;
  } catch (error) {
    if (!(error instanceof EnvironmentError || error instanceof UsageError || error instanceof AuthorError))
      throw error;
    about.view.sentence(error.message);
    return false;
  }
}
