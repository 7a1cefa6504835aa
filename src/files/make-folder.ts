import { mkdirSync, statSync } from "node:fs";
import path from "node:path";

/**
 * Make a folder and those above it, for this user alone (0700); one that is there stays as it is. Throws the system's
 * error. Node's own `recursive` (up to 20 at least) never returns where the system says that a parent which exists does
 * not, as `/proc` does: here each folder is tried twice at most.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" && path.dirname(folder) !== folder) {
      makeFolder(path.dirname(folder));
      makeLast(folder);
    } else if (!isFolder(folder)) throw error;
  }
}

/** Its parent is there now; another process may have made it meanwhile. */
function makeLast(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(folder)) throw error;
  }
}

/** Asked after any failure: a read-only system refuses to make a folder that is there already. */
function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
