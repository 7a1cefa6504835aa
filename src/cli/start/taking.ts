import type { Lesson, Step } from "../../lesson/index.ts";
import { type LessonProgress, progressOf } from "../../progress/index.ts";
import { stepsOf } from "../../run/index.ts";
import type { Target } from "../../target/index.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import type { ClassNews, Goal } from "./class-news.ts";
import type { Recording } from "./record.ts";
import type { View } from "./view.ts";

/** A lesson to be taken, and where in it to begin. */
export interface Taking {
  readonly place: PlaceOfWork;
  readonly target: Target;
  readonly lesson: Lesson;
  readonly recording: Recording;
  readonly view: View;
  /** The class that is told of it and heard, where the learner joined one. */
  readonly news: ClassNews | undefined;
  /** A step that was named; undefined: where the learner left off. */
  readonly step: string | undefined;
  /** Where the class is in this lesson, and the learner agreed to come. */
  readonly goal?: Goal;
  /** The lesson that this one is taken for: nobody reads along, and what is true already is not done again. */
  readonly catchUpFor?: string;
}

/** A lesson and what is recorded of it. */
export interface Recorded {
  readonly lesson: Lesson;
  readonly recording: Pick<Recording, "records">;
}

/** The lesson's progress, what this run recorded included. */
export function progressNow({ lesson, recording }: Recorded): LessonProgress {
  const [progress] = progressOf(recording.records, [lesson]).lessons;
  if (progress === undefined) throw new Error(`no progress of ${lesson.id}`);
  return progress;
}

/** The steps before this one that were done, by the record: neither left out nor jumped over. */
export function doneBefore(recorded: Recorded, index: number): readonly Step[] {
  const { steps } = progressNow(recorded);
  return stepsOf(recorded.lesson).filter((_, at) => {
    const { settled, lastVerdict } = steps[at] ?? {};
    return at < index && settled === true && lastVerdict?.kind !== "skipped";
  });
}
