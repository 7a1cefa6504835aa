import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownChanges, type Session } from "../../shell/index.ts";
import { requireFolder } from "../../target/index.ts";

/**
 * The shells in which a learner works beside `start`. Each writes what it holds before its prompts, into
 * `own-shell/LESSON.PID.now`; `.base` is what of it the session has already. Between two prompts of any of them the last
 * one to come to its prompt wins, name by name.
 */
export const SHARED_FILE = "from-session";

/** What was done in one shell since it was taken the last time. */
export interface OwnChange {
  readonly sources: readonly string[];
  readonly file: string;
  readonly text: string;
}

/** The folder of a target's own shells, made where it is missing. Mode 0700: it may hold secrets. */
export function ownShellFolder(stateDir: string): string {
  return requireFolder(folderOf(stateDir));
}

/** Changes that the session does not have yet, in the order in which the shells came to their prompts. Reads only. */
export function pendingChanges(stateDir: string, lesson: string, workspace: string): readonly OwnChange[] {
  const found = statesIn(folderOf(stateDir)).filter((one) => one.lesson === lesson || isAlive(one.pid));
  return found.flatMap(({ file }) => {
    const text = read(`${file}.now`);
    if (text === undefined) return [];
    const follows = (folder: string): boolean => folder === workspace || folder.startsWith(`${workspace}${path.sep}`);
    return [{ file, text, sources: ownChanges(read(`${file}.base`) ?? "", text, follows) }];
  });
}

/** Do in a session what was done in own shells. What it cannot take is left out. */
export async function applyChanges(session: Session, changes: readonly OwnChange[]): Promise<void> {
  for (const source of changes.flatMap(({ sources }) => sources)) {
    const quiet = `{ ${source}\n} >/dev/null 2>&1 || :`;
    await session.run({ source: quiet, mode: "act", timeoutMs: 10_000, stream: "both" });
  }
}

/** The session has these changes now: the next ones count from here. */
export function markTaken(changes: readonly OwnChange[]): void {
  for (const { file, text } of changes) {
    const temporary = `${file}.base.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, `${file}.base`);
  }
}

/** Forget shells that have ended, of other lessons than this one: nobody takes anything of them any more. */
export function forgetEnded(stateDir: string, lesson: string): void {
  for (const { file, pid, ...of } of statesIn(folderOf(stateDir))) {
    if (isAlive(pid) || of.lesson === lesson) continue;
    for (const ending of ["now", "base"]) rmSync(`${file}.${ending}`, { force: true });
  }
}

interface Found {
  readonly file: string;
  readonly lesson: string;
  readonly pid: number;
  readonly at: number;
}

function statesIn(folder: string): Found[] {
  const found = names(folder).flatMap((name) => {
    const [, lesson, pid] = /^(.+)\.(\d+)\.now$/.exec(name) ?? [];
    const at = statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    if (lesson === undefined || at === undefined) return [];
    return [{ file: path.join(folder, `${lesson}.${pid}`), lesson, pid: Number(pid), at }];
  });
  return found.toSorted((a, b) => a.at - b.at);
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function folderOf(stateDir: string): string {
  return path.join(stateDir, "own-shell");
}
