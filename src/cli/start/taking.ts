import type { Lesson } from "../../lesson/index.ts";
import { type LessonProgress, progressOf } from "../../progress/index.ts";
import type { Target } from "../../target/index.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import type { Recording } from "./record.ts";
import type { View } from "./view.ts";

/** A lesson to be taken, and where in it to begin. */
export interface Taking {
  readonly place: PlaceOfWork;
  readonly target: Target;
  readonly lesson: Lesson;
  readonly recording: Recording;
  readonly view: View;
  /** A step that was named; undefined: where the learner left off. */
  readonly step: string | undefined;
  /** The lesson that this one is taken for: nobody reads along, and what is true already is not done again. */
  readonly catchUpFor?: string;
}

/** The lesson's progress, what this run recorded included. */
export function progressNow({ lesson, recording }: Pick<Taking, "lesson" | "recording">): LessonProgress {
  const [progress] = progressOf(recording.records, [lesson]).lessons;
  if (progress === undefined) throw new Error(`no progress of ${lesson.id}`);
  return progress;
}
