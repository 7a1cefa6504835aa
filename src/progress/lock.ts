import { execFileSync } from "node:child_process";
import { linkSync, readFileSync, readlinkSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { EnvironmentError } from "../diagnostics/index.ts";
import { errnoOf, refusal } from "./refusal.ts";

/** Who holds a lock. A pid alone may be somebody else's by now, so its start time stands beside it. */
interface Holder {
  readonly pid: number;
  readonly started: string;
  readonly host: string;
  /** For a person who looks for it: when the lock was taken, and in which terminal; locks of old have neither. */
  readonly since?: number;
  readonly terminal?: string;
}

/** Give a lock back; safe to call twice. */
export type Unlock = () => void;

/** What a lock that somebody else holds means, from a name for who does (`process 12 (pts/3)`). */
export type Held = (who: string) => string;

/**
 * Take the lock at `file`, or throw an EnvironmentError that names its holder. A lock whose process is gone is taken
 * over. The file appears with its content in one go (a hard link), so nobody ever reads half of it.
 */
export function takeLock(file: string, held: Held = EVIDENCE): Unlock {
  const me: Holder = {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    since: Date.now(),
    terminal: terminalOf(process.pid),
  };
  const mine = JSON.stringify(me);
  try {
    writeLock(file, mine, held);
  } catch (error) {
    throw error instanceof EnvironmentError ? error : refusal("lock", file, error);
  }
  return () => {
    if (readIfThere(file) === mine) removeIfThere(file);
  };
}

const EVIDENCE: Held = (who) => `This course is open already: ${who} writes its evidence`;

function writeLock(file: string, mine: string, held: Held): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, mine, { mode: 0o600 });
    for (let tries = 0; !tryLink(draft, file, mine); tries += 1) {
      const text = readIfThere(file);
      if (text === undefined) continue;
      const holder = parseHolder(text);
      if (tries > 10 || (holder !== undefined && isHeld(holder))) throw heldBy(holder, file, held);
      removeStale(file, text);
    }
  } finally {
    removeIfThere(draft);
  }
}

/** Whether a process other than this one holds the lock at `file`. */
export function isHeldByAnother(file: string): boolean {
  const text = readIfThere(file);
  const holder = text === undefined ? undefined : parseHolder(text);
  return holder !== undefined && holder.pid !== process.pid && isHeld(holder);
}

function tryLink(draft: string, file: string, content: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EEXIST") return false;
    // File systems without hard links: creation is exclusive, the content comes a moment later.
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS") throw error;
  }
  try {
    writeFileSync(file, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Two may find the same stale lock: who renames it away looks again, and puts back one that is not stale. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "EEXIST") throw error;
  } finally {
    removeIfThere(aside);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const known =
      typeof value === "object" && value !== null && "pid" in value && "started" in value && "host" in value;
    return known ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** On another host nobody can look: the lock counts as held. */
function isHeld({ pid, started, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
  }
  const now = startOf(pid);
  return now === "" || started === "" || now === started;
}

/** When a process started, in whatever words the system has for it; empty when it cannot be told. */
function startOf(pid: number): string {
  try {
    if (process.platform === "linux") {
      // proc(5): the 22nd field; the 2nd, in parentheses, may hold blanks, so count from its end.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    }
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "";
  }
}

/** The terminal that a process belongs to, in the system's words; empty where it has none or nobody can tell. */
function terminalOf(pid: number): string {
  try {
    const name =
      process.platform === "linux"
        ? readlinkSync(`/proc/${pid}/fd/0`)
        : execFileSync("ps", ["-o", "tty=", "-p", String(pid)], { encoding: "utf8", stdio: "pipe" }).trim();
    return /^(?:\/dev\/)?(?:pts\/|tty)\w+$/.test(name) ? name : "";
  } catch {
    return "";
  }
}

function heldBy(holder: Holder | undefined, file: string, held: Held): EnvironmentError {
  const elsewhere = holder !== undefined && holder.host !== hostname() ? ` on \`${holder.host}\`` : "";
  const who = holder === undefined ? "somebody" : `process ${holder.pid}${elsewhere}${whereAndWhen(holder)}`;
  const hint =
    elsewhere === ""
      ? "Go on in that terminal, or quit there first."
      : `If it is gone, remove \`${file}\`, then start again.`;
  return new EnvironmentError(`${held(who)} (\`${file}\`)`, { hint });
}

/** ` (pts/3, since 2026-11-23 15:04 UTC)`, as far as it is known. */
function whereAndWhen({ terminal, since }: Holder): string {
  const parts: string[] = [];
  if (typeof terminal === "string" && terminal !== "") parts.push(terminal.replace(/^\/dev\//, "").slice(0, 40));
  if (typeof since === "number" && Math.abs(since) < 8.64e15)
    parts.push(`since ${new Date(since).toISOString().slice(0, 16).replace("T", " ")} UTC`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function removeIfThere(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
