import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import type { CourseStep } from "../../workshop/index.ts";

/** A lesson's steps as the class's board shows them. */
export function courseSteps(lesson: Lesson): readonly CourseStep[] {
  return stepsOf(lesson).map(({ id, section, hints }) => ({
    step: `${lesson.id}#${id}`,
    title: section,
    lesson: lesson.title,
    hintTitles: hints.map(({ title }) => title),
  }));
}
