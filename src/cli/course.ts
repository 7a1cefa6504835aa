import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { isScalar, parse, parseDocument } from "yaml";
import { UsageError } from "../diagnostics/index.ts";
import { suggest } from "../text/index.ts";
import { AuthorError } from "./errors.ts";
import { keep, keptEntry, readKept } from "./kept.ts";
import { LESSON_NAME, readLessonFile } from "./lesson-files.ts";

/** A folder of lessons. `course.yaml` gives id, title and vars; without it the folder's name does. */
export interface Course {
  /** Names the course's state folder: letters, digits, `-`. */
  readonly id: string;
  readonly title: string;
  /** Absolute, links resolved. */
  readonly folder: string;
  /** The lessons that came with this program: nobody is asked whether to trust them. */
  readonly own: boolean;
  /** Shared by all lessons; a lesson's own win. */
  readonly vars: Readonly<Record<string, string>>;
  readonly lessons: readonly CourseLesson[];
}

/** A lesson by its file name alone: nothing is read yet. */
export interface CourseLesson {
  readonly id: string;
  readonly file: string;
}

/** `--lessons`, else `./lessons` where it has lessons, else the folder one stands in where it has, else the ones that came along. `cacheDir` saves parsing `course.yaml`. */
export function findCourse(cwd: string, named: string | undefined, cacheDir?: string): Course {
  if (named !== undefined) {
    const folder = path.resolve(cwd, named);
    if (!existsSync(folder)) throw new UsageError(`There is no folder \`${named}\`.`, "Name a folder of lessons.");
    if (!isFolder(folder))
      throw new UsageError(
        `\`${named}\` is a file, expected a folder of lessons.`,
        `Did you mean \`learn-istio test ${named}\`?`,
      );
    const course = readCourse(folder, cacheDir);
    if (course.lessons.length > 0) return course;
    throw new UsageError(`\`${named}\` has no lessons.`, "A lesson is a file `lesson-NN-slug.md`.");
  }
  const here = path.join(cwd, "lessons");
  if (isFolder(here) && lessonsIn(here).length > 0) return readCourse(here, cacheDir);
  if (lessonsIn(cwd).length > 0) return readCourse(cwd, cacheDir);
  const own = ownLessons();
  if (own !== undefined) return readCourse(own, cacheDir);
  throw new UsageError("There are no lessons here.", "Name a folder of lessons by `--lessons DIR`.");
}

/** The course that a lesson file belongs to: its folder's. With a cache, what `course.yaml` said before is not parsed anew. */
export function readCourse(folder: string, cacheDir?: string): Course {
  const real = realpathSync(folder);
  const about = readAbout(path.join(folder, "course.yaml"), cacheDir);
  const unnamed = unnamedCourse(real);
  const own = ownLessons();
  return {
    id: about.id ?? unnamed.id,
    title: about.title ?? unnamed.title,
    folder: real,
    own: own !== undefined && realpathSync(own) === real,
    vars: about.vars,
    lessons: lessonsIn(real),
  };
}

/** What a course is called whose `course.yaml` does not say. */
export function unnamedCourse(folder: string): { id: string; title: string } {
  const real = realpathSync(folder);
  const title = path.basename(real);
  const mark = createHash("sha256").update(real).digest("hex").slice(0, 8);
  return { id: `${slugOf(title) || "course"}-${mark}`, title };
}

/** The lesson of that id, or part of a path to it. Errors: none of that name (did you mean). */
export function findLesson(course: Course, name: string): CourseLesson {
  const base = path.basename(name);
  const found = course.lessons.find((lesson) => lesson.id === name || path.basename(lesson.file) === base);
  if (found !== undefined) return found;
  const ids = course.lessons.map((lesson) => lesson.id);
  const near = suggest(name, ids);
  throw new UsageError(
    `There is no lesson \`${name}\`; there ${ids.length === 1 ? "is" : "are"} ${ids.map((id) => `\`${id}\``).join(", ")}.`,
    near === undefined ? "`learn-istio list` shows what each is about." : `did you mean \`${near}\`?`,
  );
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The lessons of a folder, by their file names alone. */
export function lessonsIn(folder: string): CourseLesson[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const id = LESSON_NAME.exec(name)?.[1];
      return id === undefined ? [] : [{ id, file: path.join(folder, name) }];
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Bundled code stands in `dist/`, sources two folders below the root. */
function ownLessons(): string | undefined {
  return ["../lessons", "../../lessons"]
    .map((relative) => path.resolve(import.meta.dirname, relative))
    .find((folder) => existsSync(folder));
}

/** The id of the lessons that came along; undefined where none did. */
export function ownCourseId(cacheDir?: string): string | undefined {
  const own = ownLessons();
  return own === undefined ? undefined : readAbout(path.join(own, "course.yaml"), cacheDir).id;
}

/** Every key of `course.yaml`. */
export const COURSE_KEYS: readonly string[] = ["id", "title", "vars"];

interface About {
  readonly id: string | undefined;
  readonly title: string | undefined;
  readonly vars: Readonly<Record<string, string>>;
}

function readAbout(file: string, cacheDir: string | undefined): About {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return { id: undefined, title: undefined, vars: {} };
  const { text, problem } = readLessonFile(file, "");
  if (problem !== undefined) throw badCourse(file, problem.message);
  const entry = cacheDir === undefined ? undefined : keptEntry(cacheDir, "course", [text]);
  const known = readKept<Partial<About>>(entry);
  if (known !== undefined) return { id: known.id, title: known.title, vars: known.vars ?? {} };
  const about = parseAbout(file, text);
  keep(entry, about);
  return about;
}

function parseAbout(file: string, text: string): About {
  const about = parseKeys(file, text);
  for (const key of Object.keys(about)) {
    if (!COURSE_KEYS.includes(key)) throw badCourse(file, `found \`${key}\`, expected \`id\`, \`title\` or \`vars\``);
  }
  if (about.title !== undefined && typeof about.title !== "string") throw badCourse(file, "`title` has to be a text");
  if (about.vars !== undefined && (typeof about.vars !== "object" || about.vars === null || Array.isArray(about.vars)))
    throw badCourse(file, "`vars` has to be names and values");
  if (about.id !== undefined && !(typeof about.id === "string" && /^[a-z0-9][a-z0-9-]{0,62}$/.test(about.id))) {
    throw badCourse(file, `found id \`${about.id}\`, expected lower-case letters, digits and \`-\``);
  }
  return {
    id: about.id as string | undefined,
    title: about.title === undefined ? undefined : String(about.title),
    vars: Object.fromEntries(
      Object.entries((about.vars ?? {}) as Record<string, unknown>).map((row) => courseVar(file, text, row)),
    ),
  };
}

function parseKeys(file: string, text: string): Record<string, unknown> {
  let about: unknown;
  try {
    about = parse(text);
  } catch (cause) {
    const [first = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw badCourse(file, first.replace(/:$/, ""));
  }
  if (about === null) return {};
  if (typeof about !== "object" || Array.isArray(about)) throw badCourse(file, "expected keys and values");
  return about as Record<string, unknown>;
}

/** A value as it is written: `1.30` is a version, and no number that `1.3` equals. */
function courseVar(file: string, text: string, [name, value]: [string, unknown]): [string, string] {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw badCourse(file, `\`${name}\` is not a variable's name`);
  if (value === null || typeof value === "object") throw badCourse(file, `\`vars.${name}\` has to be a plain value`);
  if (typeof value === "string") return [name, value];
  const node = parseDocument(text).getIn(["vars", name], true);
  return [name, isScalar(node) && node.source !== undefined ? node.source : String(value)];
}

function badCourse(file: string, what: string): AuthorError {
  return new AuthorError(`\`${file}\`: ${what}.`, "Correct the file; a course has `id`, `title` and `vars`.");
}

/** Lower-case letters, digits and single hyphens; empty where the name has no letter or digit of ASCII. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
