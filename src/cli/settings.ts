import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TargetName } from "../lesson/index.ts";
import { requireFolder } from "../target/index.ts";

/** What is remembered for a course beside its evidence: `<state>/<course>/settings.json`. All of it can be given anew. */
export interface Settings {
  /** The target that was asked for by name, for the next calls. */
  readonly target?: TargetName;
  /** The user agreed to run lessons on their own Docker. */
  readonly liveAgreed?: boolean;
  /** Hash of the course's commands that the user agreed to run. */
  readonly trusted?: string;
  /** The folder of the course that keeps its state here. */
  readonly folder?: string;
  /** The lesson that was taken last. */
  readonly lesson?: string;
  /** How many hints of a step (`lesson#step`) the `hint` command has shown. */
  readonly hinted?: { readonly step: string; readonly count: number };
}

const VERSION = 1;

/** What the file holds; `unreadable` when there is one that says nothing this version understands. */
export interface FoundSettings {
  readonly settings: Settings;
  readonly unreadable: boolean;
}

/** Settings of a course; a file that is missing, torn or of another version counts as empty. */
export function readSettings(courseDir: string): FoundSettings {
  try {
    const stored: unknown = JSON.parse(readFileSync(file(courseDir), "utf8"));
    return isSound(stored) ? { settings: stored, unreadable: false } : { settings: {}, unreadable: true };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { settings: {}, unreadable: code !== "ENOENT" && code !== "ENOTDIR" };
  }
}

function isSound(stored: unknown): stored is Settings {
  if (typeof stored !== "object" || stored === null) return false;
  const { version, target, liveAgreed, trusted, folder, lesson, hinted } = stored as Record<string, unknown>;
  const is = (value: unknown, type: string): boolean => value === undefined || typeof value === type;
  const about = (hinted ?? {}) as { step?: unknown; count?: unknown };
  return (
    version === VERSION &&
    (target === undefined || ["sandbox", "live", "none"].includes(target as string)) &&
    is(liveAgreed, "boolean") &&
    is(trusted, "string") &&
    is(folder, "string") &&
    is(lesson, "string") &&
    (hinted === undefined || (typeof about.step === "string" && typeof about.count === "number"))
  );
}

/** Change some settings: written beside, then renamed, so that a crash leaves the old ones. What cannot be read is kept aside. */
export function changeSettings(courseDir: string, change: Settings): void {
  requireFolder(courseDir);
  const temporary = `${file(courseDir)}.${process.pid}`;
  try {
    const { settings, unreadable } = readSettings(courseDir);
    const changed = { ...settings, ...change, version: VERSION };
    writeFileSync(temporary, `${JSON.stringify(changed, null, 2)}\n`, { mode: 0o600 });
    if (unreadable) setAside(file(courseDir));
    renameSync(temporary, file(courseDir));
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** A folder or a torn file where the settings belong; an older one that was set aside makes room. */
function setAside(bad: string): void {
  rmSync(`${bad}.unreadable`, { recursive: true, force: true });
  renameSync(bad, `${bad}.unreadable`);
}

function file(courseDir: string): string {
  return path.join(courseDir, "settings.json");
}
