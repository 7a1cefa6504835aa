import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { SavedState } from "../shell/index.ts";

/** `session.json` in a target's state folder: what the learner's bash held after the last step. Mode 0600: it may hold secrets. */
const VERSION = 1;

interface Stored {
  readonly version: number;
  readonly lesson: string;
  readonly state: SavedState;
}

/** The state that was saved for a lesson; undefined for another lesson's, a torn or a foreign file. */
export function readSavedSession(stateDir: string, lesson: string): SavedState | undefined {
  try {
    const stored = JSON.parse(readFileSync(file(stateDir), "utf8")) as Stored;
    const sound = stored.version === VERSION && stored.lesson === lesson && typeof stored.state.source === "string";
    return sound ? stored.state : undefined;
  } catch {
    return undefined;
  }
}

export function writeSavedSession(stateDir: string, lesson: string, state: SavedState): void {
  const temporary = `${file(stateDir)}.${process.pid}`;
  try {
    writeFileSync(temporary, JSON.stringify({ version: VERSION, lesson, state } satisfies Stored), { mode: 0o600 });
    renameSync(temporary, file(stateDir));
  } finally {
    rmSync(temporary, { force: true });
  }
}

export function dropSavedSession(stateDir: string): void {
  rmSync(file(stateDir), { force: true });
}

function file(stateDir: string): string {
  return path.join(stateDir, "session.json");
}
