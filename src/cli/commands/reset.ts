import { UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { canAsk, confirm } from "../ask.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { dropSavedSession, readSavedSession } from "../saved-session.ts";
import { madeByUs, standingOf } from "../standing.ts";
import { findHere } from "../start/here.ts";
import { openLearnerRun } from "../start/learner-run.ts";
import { openRecording, type Recording } from "../start/record.ts";
import { View } from "../start/view.ts";
import { requireTrust } from "../trust.ts";
import { VERSION } from "../version.ts";

/** Undo a lesson, and first what builds on it: their clean-ups run, their places go back. History stays. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { place, lessons, lesson } = await findHere(io, options, args[0]);
  await requireTrust(io, options, place, lessons);
  const recording = openRecording(place, io.now(), VERSION);
  try {
    const { records } = recording;
    // What was done elsewhere made nothing here.
    const begun = (one: Lesson): boolean =>
      records.some((record) => record.lesson === one.id && record.from === undefined && "step" in record);
    const order = [...dependents(lessons, lesson).filter(begun).toReversed(), lesson];
    const names = order.map((one) => one.id).join(", then ");
    const whose = order.length === 1 ? "its clean-up blocks" : "their clean-up blocks";
    if (!begun(lesson)) {
      io.say(`${lesson.id} was not begun on target ${place.target}: there is nothing to undo.\n`);
      return EXIT.ok;
    }
    if (!options.yes) {
      if (!canAsk(io)) throw new UsageError(`This undoes ${names}: ${whose} run.`, "Agree by `--yes`.");
      if (!(await confirm(io, `Undo ${names}? That is: ${whose} run.`, false))) return EXIT.ok;
    }
    return await undo(io, options, place, order, recording);
  } finally {
    recording.close();
  }
}

async function undo(
  io: Io,
  options: Options,
  place: PlaceOfWork,
  order: readonly Lesson[],
  recording: Recording,
): Promise<number> {
  const { stateDir } = place;
  const target = await openPlace(io, options, place, true);
  const view = new View(io);
  let clean = true;
  try {
    for (const lesson of order) {
      if (standingOf(recording.records, lesson.id).state === "completed, then reset") continue;
      const restore = () => readSavedSession(stateDir, lesson.id);
      const emit = view.accept.bind(view);
      const run = await openLearnerRun(io, options, { place, target, lesson, signal: io.signal, restore, emit });
      try {
        const undone = await run.runCleanups(madeByUs(recording.records, lesson));
        clean &&= undone;
        recording.append({ type: "reset", at: io.now(), lesson: lesson.id });
        dropSavedSession(stateDir, lesson.id);
        view.line(undone ? `${lesson.id}: undone.` : `${lesson.id}: not everything could be undone; see above.`);
      } finally {
        await run.close();
      }
    }
    return clean ? EXIT.ok : EXIT.failed;
  } finally {
    await target.release();
  }
}

/** Lessons that build on one, directly or not, in the course's order. */
function dependents(lessons: readonly Lesson[], lesson: Lesson): Lesson[] {
  const found = new Set([lesson.id]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const one of lessons) if (one.front.requires.some(({ id }) => found.has(id))) found.add(one.id);
  }
  return lessons.filter((one) => one.id !== lesson.id && found.has(one.id));
}
