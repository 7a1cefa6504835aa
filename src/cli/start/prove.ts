import type { Lesson } from "../../lesson/index.ts";
import type { Proof } from "../../progress/index.ts";
import { CHECKPOINT_STEP, tallyOf } from "../../run/index.ts";
import type { Target } from "../../target/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { readSavedSession } from "../saved-session.ts";
import { beginForLook } from "./begin-for-look.ts";
import { openLearnerRun } from "./learner-run.ts";

/** Where a proof is made. */
export interface ProofPlace {
  readonly place: PlaceOfWork;
  readonly target: Target;
}

/**
 * Look at a lesson's checkpoint now, each check once, in the session as the lesson left it. A check that is left out
 * here proves nothing, and a lesson whose variables cannot be set does not hold. Records nothing.
 */
export async function prove(io: Io, options: Options, { place, target }: ProofPlace, lesson: Lesson): Promise<Proof> {
  const checks = lesson.checkpoint?.checks ?? [];
  const restore = () => readSavedSession(place.stateDir, lesson.id);
  const run = await openLearnerRun(io, options, { place, target, lesson, signal: io.signal, restore, emit: () => {} });
  try {
    if (tallyOf(run.ready) !== "passed") return { holds: false, failing: "its variables can be set" };
    await beginForLook(run, place, lesson.steps.length);
    const outcomes = await run.runChecks({ id: CHECKPOINT_STEP }, checks, { once: true });
    const failing = outcomes.find(({ verdict }) => verdict.kind !== "pass" && verdict.kind !== "skipped");
    if (failing !== undefined) return { holds: false, failing: failing.check.title };
    return { holds: outcomes.length === checks.length && outcomes.some(({ verdict }) => verdict.kind === "pass") };
  } finally {
    await run.close();
  }
}
