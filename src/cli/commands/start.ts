import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import { suggest } from "../../text/index.ts";
import { canAsk, confirm } from "../ask.ts";
import { findLesson } from "../course.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { changeSettings } from "../settings.ts";
import { showPlan } from "../start/catch-up.ts";
import { chooseLesson } from "../start/choose-lesson.ts";
import { openClassNews } from "../start/class-link.ts";
import { followClass } from "../start/follow-class.ts";
import { parseCourse } from "../start/learner-lessons.ts";
import { catchUpFirst, lessonsFor } from "../start/lessons-for.ts";
import { nameList } from "../start/name-list.ts";
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

function requireStep(lesson: Lesson, step: string | undefined): void {
  const ids = stepsOf(lesson).map((one) => one.id);
  if (step === undefined || ids.includes(step)) return;
  const near = suggest(step, ids);
  throw new UsageError(
    `There is no step \`${step}\` in ${lesson.id}; its steps are ${nameList(ids)}.`,
    near && `did you mean \`${near}\`?`,
  );
}

/** Live works on the user's own Docker: agreed to once for a course, never by itself. */
async function agreeToLive(io: Io, options: Options, { target, settings, courseDir }: PlaceOfWork): Promise<void> {
  if (target !== "live" || settings.liveAgreed) return;
  if (!options.yes) {
    const what =
      "`--target live` works on your own Docker: lessons make and delete clusters there (named `learn-istio`).";
    if (!canAsk(io)) throw new EnvironmentError(what, { hint: "`--yes` agrees." });
    io.print(`${wrapText(what, io.width)}\n`);
    if (!(await confirm(io, "Go on?", false)))
      throw new EnvironmentError("Nothing was run.", { hint: "`--target sandbox` needs no Docker." });
  }
  changeSettings(courseDir, { liveAgreed: true });
}
