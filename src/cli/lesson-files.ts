import { isUtf8 } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { type Diagnostic, type DiagnosticCode, EnvironmentError, UsageError } from "../diagnostics/index.ts";

/** A Markdown file: `path` as shown (relative to the working directory where it is inside), and what it holds. */
export interface LessonFile {
  readonly path: string;
  readonly text: string;
  /** Why what it holds cannot be a lesson; `text` is empty then. */
  readonly problem?: Diagnostic;
}

/** Markdown of several hundred lessons; far more would keep its parser busy for minutes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Why a file cannot be read, in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not read it",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENOENT: "it is not there, or a link to nothing",
};

/** Lessons of a course: `lesson-NN-slug.md`. */
export const LESSON_NAME = /^(lesson-\d+)(?:-.*)?\.md$/;

/** What an author says to who presents a lesson: for people, so nothing in it is run because it stands beside lessons. */
const NOTES_NAME = /^lesson-\d+\.notes\.md$/;

/** The Markdown files that paths name: files as they are, folders walked for `*.md` and `*.markdown`, in order and each once. */
export function collectFiles(paths: readonly string[], cwd: string): LessonFile[] {
  const files = new Set<string>();
  for (const named of paths) {
    if (named === "") throw new UsageError("An empty path was named.", "Name a Markdown file or a folder of them.");
    const full = path.resolve(cwd, named);
    const stat = statOrUndefined(full);
    if (stat === undefined && !isLinkToNothing(full)) {
      const shown = named.length > 200 ? `${named.slice(0, 200)}...` : named;
      throw new UsageError(`There is no \`${shown}\`.`, "Name a Markdown file or a folder of them.");
    }
    if (stat?.isDirectory() !== true || isNamedAsLesson(full)) files.add(full);
    else for (const file of walk(full)) files.add(file);
  }
  return [...files].map((file) => readLessonFile(file, cwd));
}

/** Read one file. Errors: it cannot be read. What is not text, or too much of it, is a finding. */
export function readLessonFile(full: string, cwd: string): LessonFile {
  const shown = shownPath(full, cwd);
  try {
    const stat = statSync(full);
    if (stat.isFile()) return stat.size > MOST_BYTES ? tooLarge(shown, stat.size) : asText(shown, readFileSync(full));
    throw unreadable(shown, stat.isDirectory() ? "it is a folder" : "it is a device or a pipe");
  } catch (cause) {
    if (cause instanceof EnvironmentError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw unreadable(shown, REASONS[code] ?? code, cause);
  }
}

function unreadable(shown: string, why: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(`\`${shown}\` cannot be read: ${why}, expected a file.`, {
    hint: "Put the file there, or take this name away.",
    cause,
  });
}

function tooLarge(shown: string, size: number): LessonFile {
  const found = `The file has ${Math.ceil(size / 1024 / 1024)} MiB, expected at most ${MOST_BYTES / 1024 / 1024}`;
  return problem(shown, "LI035", found, "split it into several lessons");
}

function asText(shown: string, bytes: Buffer): LessonFile {
  const text = bytes.toString("utf8");
  const isText = isUtf8(bytes) && !bytes.includes(0);
  if (isText) return { path: shown, text };
  const bad = text.search(/[\0\uFFFD]/);
  const line = text.slice(0, bad).split("\n").length;
  return problem(shown, "LI034", `Line ${line} is not UTF-8 text`, "save the file as UTF-8", line);
}

function problem(shown: string, code: DiagnosticCode, message: string, hint: string, line = 1): LessonFile {
  const place = { file: shown, line, column: 1, offset: 0, endOffset: 0 };
  return { path: shown, text: "", problem: { code, severity: "error", message, hint, place } };
}

/** A path as people write it: relative inside the working directory, else absolute. */
export function shownPath(full: string, cwd: string): string {
  const relative = path.relative(cwd, full);
  return relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative) ? relative : full;
}

/** Files below a folder, sorted; `node_modules` and dot folders are left out, links to folders not followed. */
function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory() && !isNamedAsLesson(full)) return walk(full);
      return /\.(?:md|markdown)$/.test(entry.name) && !NOTES_NAME.test(entry.name) ? [full] : [];
    });
}

/** `lesson-02-x.md` as a folder: somebody's mistake, not a folder of lessons. */
function isNamedAsLesson(folder: string): boolean {
  return LESSON_NAME.test(path.basename(folder));
}

function isLinkToNothing(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}

/** A name that is too long, or leads through a file, names nothing. */
function statOrUndefined(file: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
