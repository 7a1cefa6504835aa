import type { Lesson, Step } from "../../lesson/index.ts";
import { type LessonProgress, progressOf, type ResumePoint, readEvidence, resumePoint } from "../../progress/index.ts";
import { stepsOf } from "../../run/index.ts";
import { findLesson } from "../course.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";
import { currentLesson } from "./choose-lesson.ts";
import { lessonWithRequired, parseCourse } from "./learner-lessons.ts";

/** Where a learner is: lesson and step, by the evidence. Reads only, so it works beside an open `start`. */
export interface Here {
  readonly place: PlaceOfWork;
  /** All lessons of the course, as far as they can be read. */
  readonly lessons: readonly Lesson[];
  readonly lesson: Lesson;
  readonly steps: readonly Step[];
  readonly progress: LessonProgress;
  readonly resume: ResumePoint;
  /** The step to go on with; the last one of a lesson that is complete. */
  readonly step: Step;
  readonly number: number;
}

/** The learner's place, in the named lesson or in the one that is under way. */
export async function findHere(io: Io, options: Options, named: string | undefined): Promise<Here> {
  const place = placeOfWork(io, options);
  const id = named === undefined ? currentLesson(place).id : findLesson(place.course, named).id;
  const parsed = await parseCourse(io, place.course, place.folders.cache);
  const lesson = lessonWithRequired(io, place.course, parsed, id).at(-1);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  const [progress] = progressOf(readEvidence(place.stateDir).records, [lesson]).lessons;
  if (progress === undefined) throw new Error(`no progress of ${id}`);
  const resume = resumePoint(progress);
  const steps = stepsOf(lesson);
  const index = resume === "complete" ? steps.length - 1 : resume.stepIndex;
  const step = steps[index];
  if (step === undefined) throw new Error(`${id} has no step`);
  return { place, lessons: parsed.lessons, lesson, steps, progress, resume, step, number: index + 1 };
}
