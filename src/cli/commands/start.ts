import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { stepsOf, tallyOf } from "../../run/index.ts";
import type { Target } from "../../target/index.ts";
import { suggest } from "../../text/index.ts";
import { canAsk, confirm } from "../ask.ts";
import { findLesson } from "../course.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openTarget } from "../open-target.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { changeSettings } from "../settings.ts";
import { chooseLesson } from "../start/choose-lesson.ts";
import { lessonWithRequired, parseCourse } from "../start/learner-lessons.ts";
import { openLearnerRun } from "../start/learner-run.ts";
import { openRecording } from "../start/record.ts";
import { takeLesson } from "../start/take-lesson.ts";
import { View } from "../start/view.ts";
import { requireTrust } from "../trust.ts";
import { VERSION } from "../version.ts";

/** Take a lesson: on a terminal key by key, from a pipe word by word, with `--yes` without a question. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const place = placeOfWork(io, options);
  const [named, step] = splitName(args[0]);
  const id = named === undefined ? await chooseLesson(io, options, place) : findLesson(place.course, named).id;
  const parsed = await parseCourse(io, place.course, place.folders.cache);
  const lessons = lessonWithRequired(io, place.course, parsed, id);
  const lesson = lessons.at(-1);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  requireTarget(lesson, place);
  requireStep(lesson, step);
  await requireTrust(io, options, place, parsed.lessons);
  await agreeToLive(io, options, place);
  const recording = openRecording(place, io.now(), VERSION);
  try {
    for (const note of recording.log.before.notes) io.say(`${note}\n`);
    const { name, folders, stateDir } = { name: place.target, ...place };
    const target = await openTarget(io, options, { name, folders, stateDir, cluster: "none", mayAsk: true });
    try {
      const view = new View(io);
      for (const required of lessons.slice(0, -1)) {
        const code = await prove(io, options, { place, target, lesson: required, recording, view });
        if (code !== EXIT.ok) return code;
      }
      changeSettings(place.courseDir, { lesson: lesson.id, ...(options.target && { target: options.target }) });
      return await takeLesson(io, options, { place, target, lesson, recording, view, step });
    } finally {
      await target.release();
    }
  } finally {
    recording.close();
  }
}

interface Proving {
  readonly place: PlaceOfWork;
  readonly target: Target;
  readonly lesson: Lesson;
  readonly recording: ReturnType<typeof openRecording>;
  readonly view: View;
}

/** What a lesson builds on is proved by its checkpoint; where that does not hold, it is offered to be run first. */
async function prove(io: Io, options: Options, proving: Proving): Promise<number> {
  const { lesson, place, target, view } = proving;
  if (lesson.checkpoint === undefined) return EXIT.ok;
  const about = { place, target, lesson, signal: io.signal, restore: () => undefined, emit: () => {} };
  const run = await openLearnerRun(io, options, about);
  try {
    const { checks } = lesson.checkpoint;
    const outcomes =
      tallyOf(run.ready) === "passed" ? await run.runChecks({ id: "checkpoint" }, checks, { once: true }) : [];
    if (outcomes.length === checks.length && outcomes.every(({ verdict }) => verdict.kind === "pass")) {
      view.line(`${lesson.id}: its checkpoint holds.`);
      return EXIT.ok;
    }
  } finally {
    await run.close();
  }
  view.sentence(`This builds on ${lesson.id} (${lesson.title}), whose checkpoint does not hold now.`);
  if (!options.yes) {
    if (!canAsk(io))
      throw new EnvironmentError(`\`${lesson.id}\` has to come first.`, {
        hint: `\`learn-istio start ${lesson.id} --yes\` runs it.`,
      });
    if (!(await confirm(io, `Run ${lesson.id} first?`, true))) return EXIT.failed;
  }
  // From its first step: the record may say that it passed, but what it made is gone.
  const step = stepsOf(lesson)[0]?.id;
  return takeLesson(io, { ...options, yes: true }, { ...proving, step });
}

function splitName(given: string | undefined): [string | undefined, string | undefined] {
  if (given === undefined) return [undefined, undefined];
  const at = given.indexOf("#");
  return at === -1 ? [given, undefined] : [given.slice(0, at), given.slice(at + 1)];
}

function requireStep(lesson: Lesson, step: string | undefined): void {
  const ids = stepsOf(lesson).map((one) => one.id);
  if (step === undefined || ids.includes(step)) return;
  const near = suggest(step, ids);
  throw new UsageError(
    `There is no step \`${step}\` in ${lesson.id}; its steps are ${ids.map((id) => `\`${id}\``).join(", ")}.`,
    near && `did you mean \`${near}\`?`,
  );
}

function requireTarget({ id, front }: Lesson, { target }: PlaceOfWork): void {
  if (front.targets.length === 0 || front.targets.includes(target)) return;
  throw new UsageError(
    `${id} does not run on target \`${target}\`, only on ${front.targets.map((one) => `\`${one}\``).join(", ")}.`,
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
