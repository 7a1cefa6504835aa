import type { Diagnostic } from "../diagnostics/index.ts";
import type { Lesson } from "../lesson/index.ts";
import { keep, keptEntry, readKeptValues } from "./kept.ts";
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
  const known = readParsed(entry);
  if (known !== undefined) return known;
  const { parseLesson } = await import("../lesson/index.ts");
  const { lesson, diagnostics } = parseLesson(file.path, file.text);
  const steps = lesson?.steps ?? [];
  keep(entry, { lesson: lesson && { ...lesson, steps: [] }, diagnostics, steps: steps.length }, ...steps);
  return { lesson, diagnostics };
}

/** All but the steps, then each step as a value of its own. */
function readParsed(entry: Parameters<typeof readKeptValues>[0]): Parsed | undefined {
  const [head, ...steps] = readKeptValues(entry) ?? [];
  if (head === undefined) return undefined;
  const { lesson, diagnostics, steps: count } = head as Parsed & { readonly steps: number };
  if (steps.length !== count) return undefined;
  return { lesson: lesson && { ...lesson, steps: steps as Lesson["steps"] }, diagnostics };
}
