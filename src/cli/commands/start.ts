import { UsageError } from "../../diagnostics/index.ts";
import { findLesson } from "../course.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { showPlan } from "../start/catch-up.ts";
import { chooseLesson } from "../start/choose-lesson.ts";
import { openClassNews } from "../start/class-link.ts";
import { followClass } from "../start/follow-class.ts";
import { parseCourse } from "../start/learner-lessons.ts";
import { catchUpFirst, lessonsFor } from "../start/lessons-for.ts";
import { agreeToLive, requireStep } from "../start/may-begin.ts";

import { openRecording } from "../start/record.ts";
import { splitName } from "../start/split-name.ts";
import { takeLesson } from "../start/take-lesson.ts";
import { View } from "../start/view.ts";
import { requireTrust } from "../trust.ts";
import { VERSION } from "../version.ts";

/** Take a lesson: on a terminal key by key, from a pipe word by word, with `--yes` without a question. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const place = placeOfWork(io, options);
  const [named, step] = splitName(args[0]);
  if (options.json && !options.plan) throw new UsageError("`start --json` prints a plan.", "Add `--plan`.");
  if (options.as !== undefined && options.join === undefined)
    throw new UsageError("`--as` says how to be called in a class.", "Add `--join URL#CODE`.");
  if (options.join !== undefined)
    await (await import("../class/join.ts")).joinToStart(io, options, place, options.join);
  const id = named === undefined ? await chooseLesson(io, options, place) : findLesson(place.course, named).id;
  const parsed = await parseCourse(io, place.course, place.folders.cache);
  const lessons = lessonsFor(io, place, parsed, id);
  const lesson = lessons.at(-1);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  requireStep(lesson, step);
  await requireTrust(io, options, place, parsed.lessons);
  await agreeToLive(io, options, place);
  if (options.plan) return showPlan(io, options, place, lesson, lessons.slice(0, -1));
  const recording = openRecording(place, io.now(), VERSION);
  try {
    for (const note of recording.notes) io.say(`${note}\n`);
    const news = await openClassNews(io, place, parsed.lessons);
    const target = await openPlace(io, options, place, true);
    try {
      const about = { place, target, recording, view: new View(io), news };
      const caughtUp = await catchUpFirst(io, options, { ...about, lesson }, lessons.slice(0, -1));
      if (caughtUp !== EXIT.ok) return caughtUp;
      const code = await takeLesson(io, options, { ...about, lesson, step });
      return news === undefined ? code : await followClass(io, options, { ...about, news, lesson }, parsed, code);
    } finally {
      await news?.link.close();
      await target.release();
    }
  } finally {
    recording.close();
  }
}
