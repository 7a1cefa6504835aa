import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";

/** A process number means something on this machine alone; containers may share their temporary folder. */
const machine = (): string => createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

const prefix = (): string => `learn-istio-kept-${machine()}-`;

/** A folder of this process's for what it keeps: its name says whose it is. */
export function makeKeptFolder(): string {
  return mkdtempSync(path.join(tmpdir(), `${prefix()}${process.pid}-`));
}

/** Remove what processes of this user have kept that were killed before they removed it. */
export function sweepKeptFolders(): void {
  const mine = prefix();
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(mine))) {
    const pid = Number(/^(\d+)-/.exec(name.slice(mine.length))?.[1]);
    const folder = path.join(tmpdir(), name);
    if (pid > 0 && !isAlive(pid) && isOwn(folder)) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** A folder, no link to one, and of this user. Another process may have removed it just now. */
function isOwn(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
