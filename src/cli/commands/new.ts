import { existsSync, lstatSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { makeFolder } from "../../files/index.ts";
import { parseLesson } from "../../lesson/index.ts";
import { slugOf, unnamedCourse } from "../course.ts";
import type { Io } from "../io.ts";
import { LESSON_NAME, shownPath } from "../lesson-files.ts";
import { draftCourse, draftLesson } from "../new/draft.ts";
import type { Options } from "../options.ts";
import { quoteWord } from "../quote-word.ts";

/**
 * `new lesson [slug]`: the next lesson of the course here, and a `course.yaml` where there is none. Prints the files that
 * it wrote; never writes over one.
 */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const [what = "", name] = args;
  if (what !== "lesson") throw new UsageError(`\`new ${what}\` is nothing, expected \`new lesson\`.`, hintFor(what));
  const { title, slug } = namesOf(name, options.title);
  const folder = folderFor(io, options);
  const numbers = numbersIn(folder);
  const number = String(Math.max(0, ...numbers.map(Number)) + 1).padStart(Math.max(2, ...widths(numbers)), "0");
  const file = path.join(folder, `lesson-${number}-${slug}.md`);
  const text = draftLesson({ title, slug });
  refuseFindings(shownPath(file, io.cwd), text, title);
  makeCourseFolder(folder);
  const about = path.join(folder, "course.yaml");
  const written = [file];
  writeFileSync(file, text, { flag: "wx" });
  if (lstatSync(about, { throwIfNoEntry: false }) === undefined) {
    const { id, title: named } = numbers.length > 0 ? unnamedCourse(folder) : newCourse(folder);
    writeFileSync(about, draftCourse(id, named), { flag: "wx" });
    written.push(about);
  }
  io.print(written.map((one) => `${shownPath(one, io.cwd)}\n`).join(""));
  io.say(nextSteps(io, folder, file, `lesson-${number}`));
  return 0;
}

function hintFor(what: string): string {
  if (what === "course") return "`learn-istio new lesson --lessons DIR` begins a course in DIR.";
  return "for example: `learn-istio new lesson traffic-shifting`";
}

/** The slug from the title or the title from the slug, whichever was given. */
function namesOf(name: string | undefined, titled: string | undefined): { title: string; slug: string } {
  const given = titled?.replaceAll(/\s+/g, " ").trim();
  if (given === "") throw new UsageError("`--title` is empty, expected a title.");
  const slug = slugOf(name ?? given ?? "new lesson").slice(0, 60);
  if (slug === "") {
    throw new UsageError(
      `\`${name ?? given}\` has no letters that a file's name could be made of.`,
      'Name both: `learn-istio new lesson a-name --title "A title"`.',
    );
  }
  const words = slug.replaceAll("-", " ");
  return { slug, title: given ?? `${words.charAt(0).toUpperCase()}${words.slice(1)}` };
}

/** `--lessons`; a folder that is itself a course; else `./lessons`, where every other command looks, too. */
function folderFor(io: Io, { lessons }: Options): string {
  const isCourse = existsSync(path.join(io.cwd, "course.yaml")) || numbersIn(io.cwd).length > 0;
  const folder = path.resolve(io.cwd, lessons ?? (isCourse ? "." : "lessons"));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(`\`${shownPath(folder, io.cwd)}\` is a file, expected a folder of lessons.`);
  return folder;
}

function numbersIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder).flatMap((name) => LESSON_NAME.exec(name)?.[1]?.replace("lesson-", "") ?? []);
}

const widths = (numbers: readonly string[]): number[] => numbers.map((number) => number.length);

/** The author's folder, so with the author's own mode; what is missing above it is rare. */
function makeCourseFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

/** A title can hold anything, a fence too: what would be refused afterwards is not written. */
function refuseFindings(file: string, text: string, title: string): void {
  const [first] = parseLesson(file, text).diagnostics;
  if (first === undefined) return;
  throw new UsageError(`A lesson titled \`${title}\` would not be clean: ${first.message}.`, "Choose another title.");
}

/** `my-course/lessons` is named after `my-course`. */
function newCourse(folder: string): { id: string; title: string } {
  const own = path.basename(folder);
  const name = own === "lessons" ? path.basename(path.dirname(folder)) || own : own;
  return { id: slugOf(name).slice(0, 60) || "course", title: name || "Course" };
}

function nextSteps(io: Io, folder: string, file: string, id: string): string {
  const shown = quoteWord(shownPath(file, io.cwd));
  const where =
    folder === path.join(io.cwd, "lessons") ? "" : ` --lessons ${quoteWord(path.relative(io.cwd, folder) || ".")}`;
  return [
    "It passes as it stands. Now write, and look often:",
    `  learn-istio lint ${shown}`,
    `  learn-istio test ${shown}`,
    `  learn-istio start ${id}${where}`,
    "",
  ].join("\n");
}
