import type { Diagnostic } from "../diagnostics/index.ts";
import type { Lesson } from "../lesson/index.ts";
import { keep, keptEntry, readKept } from "./kept.ts";
import type { LessonFile } from "./lesson-files.ts";

/** A file and what parsing it gave; `lesson` is undefined where a finding is an error. */
export interface ParsedFile extends LessonFile {
  readonly lesson: Lesson | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parse files, or take what an earlier call of this very build made of the same bytes: Markdown is slow to parse, so its
 * parser is not even loaded when all is known. A damaged or unwritable cache only costs time.
 */
export async function parseFiles(files: readonly LessonFile[], cacheDir: string): Promise<ParsedFile[]> {
  const parsed: ParsedFile[] = [];
  for (const file of files) parsed.push({ ...file, ...(await parseOne(file, cacheDir)) });
  return parsed;
}

type Parsed = Pick<ParsedFile, "lesson" | "diagnostics">;

async function parseOne(file: LessonFile, cacheDir: string): Promise<Parsed> {
  if (file.problem !== undefined) return { lesson: undefined, diagnostics: [file.problem] };
  const entry = keptEntry(cacheDir, "parse", [file.path, file.text]);
  const known = readKept<Parsed>(entry);
  if (known !== undefined) return known;
  const { parseLesson } = await import("../lesson/index.ts");
  const { lesson, diagnostics } = parseLesson(file.path, file.text);
  keep(entry, { lesson, diagnostics });
  return { lesson, diagnostics };
}
