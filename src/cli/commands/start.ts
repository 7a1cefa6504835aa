import { UsageError } from "../../diagnostics/index.ts";
import { findLesson } from "../course.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { changeSettings } from "../settings.ts";
import { catchUp, showPlan } from "../start/catch-up.ts";
import { chooseLesson } from "../start/choose-lesson.ts";
import { openClassLink } from "../start/class-link.ts";
import { lessonWithRequired, parseCourse } from "../start/learner-lessons.ts";
import { agreeToLive, requireStep, requireTarget } from "../start/may-begin.ts";
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
  const id = named === undefined ? await chooseLesson(io, options, place) : findLesson(place.course, named).id;
  const parsed = await parseCourse(io, place.course, place.folders.cache);
  const lessons = lessonWithRequired(io, place.course, parsed, id);
  const lesson = lessons.at(-1);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  for (const one of lessons) requireTarget(one, lesson, place);
  requireStep(lesson, step);
  await requireTrust(io, options, place, parsed.lessons);
  await agreeToLive(io, options, place);
  const required = lessons.slice(0, -1);
  if (options.plan) return showPlan(io, options, place, lesson, required);
  const recording = openRecording(place, io.now(), VERSION);
  try {
    for (const note of recording.notes) io.say(`${note}\n`);
    const link = await openClassLink(io, place);
    const target = await openPlace(io, options, place, true);
    try {
      const view = new View(io);
      const about = { place, target, lesson, recording, view, link };
      const remember = {
        lesson: lesson.id,
        ...(options.target && { target: options.target }),
      };
      const code = await catchUp(io, options, about, required, () => changeSettings(place.courseDir, remember));
      if (code !== EXIT.ok) return code;
      changeSettings(place.courseDir, remember);
      return await takeLesson(io, options, { ...about, step });
    } finally {
      await link?.close();
      await target.release();
    }
  } finally {
    recording.close();
  }
}
