import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SavedState } from "../shell/index.ts";

/** `session-<lesson>.json` in a target's state folder: what the learner's bash held after a lesson's last step. Mode 0600: it may hold secrets. */
const VERSION = 1;

interface Stored {
  readonly version: number;
  readonly lesson: string;
  readonly state: SavedState;
  /** The record that this is the state after. */
  readonly after?: string;
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

/** Keep what the session holds outside of any step, as when the learner changed it in a shell of their own. */
export function writeSavedSession(stateDir: string, lesson: string, state: SavedState): void {
  stageSavedSession(stateDir, lesson, state, "");
  keepSavedSession(stateDir, lesson);
}

/**
 * Write what the session holds after a step beside what it held before; `keepSavedSession` then puts it in its place. Between
 * the two stands the step's record: `after` names it, so that a program which is killed in between loses neither.
 */
export function stageSavedSession(stateDir: string, lesson: string, state: SavedState, after: string): void {
  const temporary = `${file(stateDir, lesson)}.${process.pid}`;
  const { cwd, source, lost } = state;
  const stored: Stored = { version: VERSION, lesson, state: { cwd, source, lost }, after };
  try {
    writeFileSync(temporary, JSON.stringify(stored), { mode: 0o600 });
    renameSync(temporary, staged(stateDir));
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Put what was staged in its place. */
export function keepSavedSession(stateDir: string, lesson: string): void {
  if (isFolder(file(stateDir, lesson))) renameSync(file(stateDir, lesson), `${file(stateDir, lesson)}.unreadable`);
  renameSync(staged(stateDir), file(stateDir, lesson));
}

/** What an earlier program staged and did not keep: kept now when the log ends with the record it waited for. */
export function settleSavedSession(stateDir: string, last: string | undefined): void {
  try {
    const stored: unknown = JSON.parse(readFileSync(staged(stateDir), "utf8"));
    if (isSound(stored) && last !== undefined && stored.after === last) keepSavedSession(stateDir, stored.lesson);
  } catch {
    // Nothing was staged (the usual case), or a torn file: that is none.
  }
  rmSync(staged(stateDir), { recursive: true, force: true });
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

/** One for a target: a learner takes one lesson at a time. */
function staged(stateDir: string): string {
  return path.join(stateDir, "session.next.json");
}
