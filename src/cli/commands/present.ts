import { UsageError } from "../../diagnostics/index.ts";
import { findLesson } from "../course.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { presenterPlace } from "../present/place.ts";
import { presentLesson } from "../present/present-lesson.ts";
import { catchUp } from "../start/catch-up.ts";
import { parseCourse } from "../start/learner-lessons.ts";
import { lessonsFor } from "../start/lessons-for.ts";
import { agreeToLive, requireStep } from "../start/may-begin.ts";
import { openRecording } from "../start/record.ts";
import { splitName } from "../start/split-name.ts";
import { View } from "../start/view.ts";
import { requireTrust } from "../trust.ts";
import { VERSION } from "../version.ts";

/** Show a lesson to a room; `--notes` follows it in a second terminal, `--record` keeps what it prints for the day it does not. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const own = placeOfWork(io, options);
  const place = presenterPlace(own);
  if (options.notes) {
    if (options.record) throw new UsageError("`--notes` and `--record` exclude each other.");
    if (args[0] !== undefined)
      throw new UsageError("`present --notes` follows whatever is presented.", `Leave \`${args[0]}\` away.`);
    return (await import("../present/follow.ts")).followNotes(io, place);
  }
  const [named, step] = splitName(args[0]);
  if (named === undefined)
    throw new UsageError("No lesson was named.", "`learn-istio present lesson-01`; `learn-istio list` has them all.");
  const { id } = findLesson(own.course, named);
  const parsed = await parseCourse(io, own.course, own.folders.cache);
  const lessons = lessonsFor(io, own, parsed, id);
  const lesson = lessons.at(-1);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  requireStep(lesson, step);
  // Whom a course's commands and one's own Docker are trusted with, one was asked as a learner.
  await requireTrust(io, options, own, parsed.lessons);
  await agreeToLive(io, options, own);
  if (options.record) return (await import("../present/record.ts")).recordLesson(io, options, place, lessons);
  const recording = openRecording(place, io.now(), VERSION);
  try {
    for (const note of recording.notes) io.say(`${note}\n`);
    const target = await openPlace(io, options, place, true);
    try {
      const about = { place, target, lesson, recording, view: new View(io), news: undefined };
      const code = await catchUp(io, options, about, lessons.slice(0, -1), () => {});
      return code === EXIT.ok ? await presentLesson(io, options, { ...about, step }) : code;
    } finally {
      await target.release();
    }
  } finally {
    recording.close();
  }
}
