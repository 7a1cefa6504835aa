import type { Lesson } from "../../lesson/index.ts";
import type { SavedState } from "../../shell/index.ts";
import type { Target } from "../../target/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { readSavedSession } from "../saved-session.ts";
import { openLearnerRun } from "../start/learner-run.ts";
import { applyChanges, pendingChanges } from "./own-shells.ts";

/** What `start` would go on with now: the saved session, what own shells changed since, and the lesson's variables. */
export async function lessonState(
  io: Io,
  options: Options,
  { place, lesson, target }: { readonly place: PlaceOfWork; readonly lesson: Lesson; readonly target: Target },
): Promise<SavedState> {
  const restore = () => readSavedSession(place.stateDir, lesson.id);
  const run = await openLearnerRun(io, options, { place, target, lesson, signal: io.signal, restore, emit: () => {} });
  try {
    await applyChanges(run.session, pendingChanges(place.stateDir, lesson.id, target.workspace));
    return await run.session.save();
  } finally {
    await run.close();
  }
}
