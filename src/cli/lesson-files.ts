import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { EnvironmentError, UsageError } from "../diagnostics/index.ts";

/** A Markdown file: `path` as shown (relative to the working directory where it is inside), and what it holds. */
export interface LessonFile {
  readonly path: string;
  readonly text: string;
}

/** Lessons of a course: `lesson-NN-slug.md`. */
export const LESSON_NAME = /^(lesson-\d+)(?:-.*)?\.md$/;

/** The Markdown files that paths name: files as they are, folders walked for `*.md`, in order and each once. */
export function collectFiles(paths: readonly string[], cwd: string): LessonFile[] {
  const files = new Set<string>();
  for (const named of paths) {
    const full = path.resolve(cwd, named);
    const stat = statOrUndefined(full);
    if (stat === undefined) {
      throw new UsageError(`There is no \`${named}\`.`, "Name a Markdown file or a folder of them.");
    }
    if (!stat.isDirectory()) files.add(full);
    else for (const file of walk(full)) files.add(file);
  }
  return [...files].map((file) => readLessonFile(file, cwd));
}

/** Read one file. Errors: it cannot be read. */
export function readLessonFile(full: string, cwd: string): LessonFile {
  try {
    return { path: shownPath(full, cwd), text: readFileSync(full, "utf8") };
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new EnvironmentError(`\`${shownPath(full, cwd)}\` cannot be read (${why}).`, {
      hint: "Check that it exists and that you may read it.",
      cause,
    });
  }
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
      if (entry.isDirectory()) return walk(full);
      return entry.name.endsWith(".md") ? [full] : [];
    });
}

function statOrUndefined(file: string): ReturnType<typeof statSync> | undefined {
  return statSync(file, { throwIfNoEntry: false });
}
