import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SavedState } from "../shell/index.ts";

/** `session-<lesson>.json` in a target's state folder: what the learner's bash held after a lesson's last step. Mode 0600: it may hold secrets. */
const VERSION = 1;

interface Stored {
  readonly version: number;
  readonly lesson: string;
  readonly state: SavedState;
}

/** The state that was saved for a lesson; undefined for another lesson's, a torn or a foreign file, which `onBad` hears of. */
export function readSavedSession(
  stateDir: string,
  lesson: string,
  onBad: (sentence: string) => void = () => {},
): SavedState | undefined {
  try {
    const stored: unknown = JSON.parse(readFileSync(file(stateDir, lesson), "utf8"));
    if (isSound(stored)) return stored.lesson === lesson ? stored.state : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  }
  onBad(
    `What the session held (\`${file(stateDir, lesson)}\`) cannot be read: it begins without the variables of earlier steps.`,
  );
  return undefined;
}

function isSound(stored: unknown): stored is Stored {
  if (typeof stored !== "object" || stored === null) return false;
  const { version, lesson, state } = stored as { version?: unknown; lesson?: unknown; state?: Partial<SavedState> };
  const { source, lost } = state ?? {};
  return version === VERSION && typeof lesson === "string" && typeof source === "string" && Array.isArray(lost);
}

export function writeSavedSession(stateDir: string, lesson: string, state: SavedState): void {
  const temporary = `${file(stateDir, lesson)}.${process.pid}`;
  const { cwd, source, lost } = state;
  const stored: Stored = { version: VERSION, lesson, state: { cwd, source, lost } };
  try {
    writeFileSync(temporary, JSON.stringify(stored), { mode: 0o600 });
    if (isFolder(file(stateDir, lesson))) renameSync(file(stateDir, lesson), `${file(stateDir, lesson)}.unreadable`);
    renameSync(temporary, file(stateDir, lesson));
  } finally {
    rmSync(temporary, { force: true });
  }
}

export function dropSavedSession(stateDir: string, lesson: string): void {
  rmSync(file(stateDir, lesson), { recursive: true, force: true });
}

/** A session that bash does not survive is kept aside, so that the next one does not begin with it. */
export function setSavedSessionAside(stateDir: string, lesson: string): string {
  const aside = `${file(stateDir, lesson)}.unreadable`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(file(stateDir, lesson), aside);
  return aside;
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

function file(stateDir: string, lesson: string): string {
  return path.join(stateDir, `session-${lesson}.json`);
}
