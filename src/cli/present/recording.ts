import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { requireFolder } from "../../target/index.ts";
import type { PlaceOfWork } from "../place-of-work.ts";

/**
 * What the commands of a lesson printed in a good run: `<state>/<course>.present/recordings/<lesson>.json`, or, where a
 * course brings one along, `<lesson>.recording.json` beside its lessons. The newer one counts.
 */
export interface Recording {
  readonly version: typeof VERSION;
  readonly lesson: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly target: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly blocks: readonly RecordedBlock[];
}

/** One command. `key` is of its step and its words: edited, it has no recording any more. */
export interface RecordedBlock {
  readonly key: string;
  readonly step: string;
  readonly output: string;
}

const VERSION = 1;

/** A command by its step and what it says. */
export function blockKey(step: string, source: string): string {
  return createHash("sha256").update(`${step}\n${source}`).digest("hex");
}

/** Keep a recording in the presenter's state. Returns the file. Mode 0600: an output may hold what is not for others. */
export function writeRecording(presenter: PlaceOfWork, recording: Omit<Recording, "version">): string {
  const folder = requireFolder(folderOf(presenter));
  const file = path.join(folder, `${recording.lesson}.json`);
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify({ version: VERSION, ...recording }, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
  return file;
}

/** The lesson's recording. A file that is there and cannot be used is told to `onBad`. */
export function readRecording(
  presenter: PlaceOfWork,
  lesson: string,
  onBad: (sentence: string) => void,
): Recording | undefined {
  const files = [
    path.join(folderOf(presenter), `${lesson}.json`),
    path.join(presenter.course.folder, `${lesson}.recording.json`),
  ];
  const found = files.flatMap((file) => {
    const one = readOne(file, lesson);
    if (one === "bad") onBad(`The recording \`${file}\` is none that this version reads; it is left out.`);
    return one === undefined || one === "bad" ? [] : [one];
  });
  return found.toSorted((a, b) => b.at - a.at)[0];
}

function readOne(file: string, lesson: string): Recording | "bad" | undefined {
  try {
    const stored: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isSound(stored) && stored.lesson === lesson ? stored : "bad";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "bad";
  }
}

function isSound(stored: unknown): stored is Recording {
  if (typeof stored !== "object" || stored === null) return false;
  const { version, lesson, at, target, versions, blocks } = stored as Record<string, unknown>;
  return (
    version === VERSION &&
    typeof lesson === "string" &&
    // What a date can be made of.
    typeof at === "number" &&
    Math.abs(at) <= 8.64e15 &&
    typeof target === "string" &&
    isTexts(versions) &&
    Array.isArray(blocks) &&
    blocks.every((block) => isTexts(block) && "key" in block && "step" in block && "output" in block)
  );
}

function isTexts(value: unknown): value is Record<string, string> {
  return typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "string");
}

function folderOf({ courseDir }: PlaceOfWork): string {
  return path.join(courseDir, "recordings");
}
