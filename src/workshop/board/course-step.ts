import type { StepName } from "./progress.ts";

/** A step of the class's course, as the instructor's copy of it has it. */
export interface CourseStep {
  readonly step: StepName;
  readonly title: string;
  /** The title of its lesson. */
  readonly lesson: string;
  readonly hintTitles: readonly string[];
}
