import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import type { CourseStep } from "../../workshop/index.ts";

/**
 * A lesson's steps as the class's board shows them. Those of one section have the place in the lesson in their titles, as
 * learners see it on their screens: else nobody could tell which of them a learner is at.
 */
export function courseSteps(lesson: Lesson): readonly CourseStep[] {
  const steps = stepsOf(lesson);
  return steps.map(({ id, section, hints }, index) => ({
    step: `${lesson.id}#${id}`,
    title: steps.filter((one) => one.section === section).length > 1 ? `${section}, step ${index + 1}` : section,
    lesson: lesson.title,
    hintTitles: hints.map(({ title }) => title),
  }));
}
