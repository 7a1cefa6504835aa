import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { Lesson } from "../lesson/index.ts";
import type { LessonFile } from "./lesson-files.ts";

/** A file and what parsing it gave; `lesson` is undefined where a finding is an error. */
export interface ParsedFile extends LessonFile {
  readonly lesson: Lesson | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

declare const __BUILD__: string | undefined;
const BUILD = typeof __BUILD__ === "string" ? __BUILD__ : undefined;

/**
 * Parse files, or take what an earlier call of this very build made of the same bytes: Markdown is slow to parse, so its
 * parser is not even loaded when all is known. A damaged or unwritable cache only costs time.
 */
export async function parseFiles(files: readonly LessonFile[], cacheDir: string): Promise<ParsedFile[]> {
  const folder = BUILD === undefined ? undefined : path.join(cacheDir, "parse", BUILD);
  const parsed: ParsedFile[] = [];
  for (const file of files) parsed.push({ ...file, ...(await parseOne(file, folder)) });
  return parsed;
}

type Parsed = Pick<ParsedFile, "lesson" | "diagnostics">;

async function parseOne(file: LessonFile, folder: string | undefined): Promise<Parsed> {
  const entry = folder === undefined ? undefined : path.join(folder, `${sha256(`${file.path}\0${file.text}`)}.json`);
  const known = entry === undefined ? undefined : readEntry(entry);
  if (known !== undefined) return known;
  const { parseLesson } = await import("../lesson/index.ts");
  const fresh = parseLesson(file.path, file.text);
  if (entry !== undefined) writeEntry(entry, fresh);
  return fresh;
}

/** An entry is a checksum, a line feed, and JSON that has this checksum. */
function readEntry(entry: string): Parsed | undefined {
  try {
    const content = readFileSync(entry, "utf8");
    const end = content.indexOf("\n");
    const json = content.slice(end + 1);
    return content.slice(0, end) === sha256(json) ? (JSON.parse(json) as Parsed) : undefined;
  } catch {
    return undefined;
  }
}

function writeEntry(entry: string, parsed: Parsed): void {
  const json = JSON.stringify({ lesson: parsed.lesson, diagnostics: parsed.diagnostics });
  const temporary = `${entry}.${process.pid}`;
  try {
    mkdirSync(path.dirname(entry), { recursive: true });
  } catch {
    return;
  }
  try {
    writeFileSync(temporary, `${sha256(json)}\n${json}`);
    renameSync(temporary, entry);
  } catch {
    // A full disk, or a folder that was taken away meanwhile: what is left of the draft goes, if it can.
    rmSync(temporary, { force: true });
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
