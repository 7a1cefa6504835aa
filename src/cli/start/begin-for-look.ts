import { isWrittenElsewhere, readEvidence } from "../../progress/index.ts";
import type { LessonRun } from "../../run/index.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { doneBefore } from "./taking.ts";

/**
 * Before checks are looked at outside of `start`: what the lesson's done steps left running in the background begins
 * again, since a check may need it. Where a `start` is open, it runs there already.
 */
export async function beginForLook(run: LessonRun, { stateDir }: PlaceOfWork, before: number): Promise<void> {
  if (run.lesson.steps.every(({ commands }) => commands.every(({ background }) => background === undefined))) return;
  if (isWrittenElsewhere(stateDir)) return;
  const { records } = readEvidence(stateDir);
  await run.restoreBackgrounds(doneBefore({ lesson: run.lesson, recording: { records } }, before));
}
