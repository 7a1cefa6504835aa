import { createHash } from "node:crypto";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import type { Command, Lesson } from "../lesson/index.ts";
import { findProgram } from "../target/index.ts";
import { canAsk, confirm } from "./ask.ts";
import type { Course } from "./course.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import type { PlaceOfWork } from "./place-of-work.ts";
import { wrapText } from "./screen/lines.ts";
import { changeSettings } from "./settings.ts";

/**
 * Before a command runs what a course says, its checks too: asked once for a course from elsewhere, and again when its commands change.
 * The lessons that came along and those of the git work tree that one stands in are not asked about.
 * Errors: nobody to ask, or the answer was no.
 */
export async function requireTrust(
  io: Io,
  options: Options,
  place: PlaceOfWork,
  lessons: readonly Lesson[],
): Promise<void> {
  const { course, settings, courseDir } = place;
  if (course.own || (await isInWorkTree(io, course.folder))) return;
  const hash = hashOf(course, lessons);
  if (settings.trusted === hash) return;
  if (options.trust !== true) {
    const again = settings.trusted === undefined ? "" : " Its commands have changed since you agreed.";
    const what = `The lessons in \`${course.folder}\` are not of this folder's repository; \`start\` runs their commands as you.${again}`;
    const hint = "Read them first; `--trust` agrees.";
    if (!canAsk(io)) throw new EnvironmentError(what, { hint });
    io.print(`${wrapText(what, io.width)}\n`);
    if (!(await confirm(io, "Run them?", false))) throw new EnvironmentError("Nothing was run.", { hint });
  }
  changeSettings(courseDir, { trusted: hash });
}

/** Of all that a course can make this machine do: a word of prose more is no reason to ask again. */
function hashOf({ vars }: Course, lessons: readonly Lesson[]): string {
  const content = lessons.map((lesson) => [
    lesson.id,
    lesson.front.vars.map(({ place: _, ...variable }) => variable),
    lesson.steps.map((step) => [step.contentHash, step.commands.map(actOf), step.solution && actOf(step.solution)]),
    lesson.checkpoint?.checks.map((check) => [actOf(check.predicate), check.diagnoses.map(actOf)]),
    lesson.cleanups.map(actOf),
  ]);
  return createHash("sha256")
    .update(JSON.stringify([vars, content]))
    .digest("hex");
}

function actOf({ source, condition, file, background, stop, host }: Command): unknown {
  return [source, condition, file, background, stop, host];
}

/** Without git there is no work tree to stand in. */
async function isInWorkTree(io: Io, folder: string): Promise<boolean> {
  const git = findProgram("git", io.env);
  if (git === undefined) return false;
  const { execa } = await import("execa");
  const args = ["-C", io.cwd, "rev-parse", "--show-toplevel"];
  const { stdout, failed } = await execa(git, args, { stdin: "ignore", reject: false, timeout: 5_000 });
  if (failed || stdout === "") return false;
  const relative = path.relative(stdout.trim(), folder);
  return !relative.startsWith("..") && !path.isAbsolute(relative);
}
