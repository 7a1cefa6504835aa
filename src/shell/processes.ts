import { execFileSync } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import os from "node:os";

/** The environment variable that every process of a session carries. */
export const NONCE_VARIABLE = "LEARN_ISTIO_SESSION";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Seconds since boot. */
  readonly startedAt: number;
  readonly marked: boolean;
}

/** Linux counts start times in ticks of 1/100 s (`getconf CLK_TCK`, 100 on every architecture Node runs on). */
const TICKS = 100;

/**
 * The processes of a session: descendants of its bash, members of its process group session, and all that carry its nonce
 * in the environment they were started with. The bash itself is not among them. A `bash` of 0 asks for the nonce alone.
 *
 * Not found: a process that gave up all three (`env -i setsid`, started by a parent that ended before anybody looked). To
 * hold on to those takes a cgroup or a subreaper, and neither bash nor Node can be one without privileges or native code.
 */
export function processesOf(bash: number, nonce: string, startedAfter = 0): number[] {
  return findProcesses(bash, new Roster(nonce), startedAfter).map((one) => one.pid);
}

function findProcesses(
  bash: number,
  roster: Roster,
  startedAfter: number,
  older: ReadonlySet<string> = NOBODY,
): Process[] {
  const { nonce } = roster;
  const all = process.platform === "linux" ? scanProc(nonce, startedAfter, older) : scanPs(nonce);
  if (bash <= 1) return all.filter((one) => one.marked);
  const children = new Set([bash, ...all.filter((one) => roster.has(one)).map((one) => one.pid)]);
  for (let size = 0; size !== children.size; ) {
    size = children.size;
    for (const one of all) if (children.has(one.parent)) children.add(one.pid);
  }
  return all
    .filter((one) => one.pid !== bash && one.pid !== process.pid)
    .filter((one) => one.marked || one.session === bash || children.has(one.pid))
    .filter((one) => one.startedAt >= startedAfter);
}

/**
 * Who was once found to be a session's stays it, by pid and start: a process that gave up the session's environment is
 * known by its parent alone, and no longer once that parent is gone.
 */
export class Roster {
  readonly nonce: string;
  readonly #startOf = new Map<number, number>();

  constructor(nonce: string) {
    this.nonce = nonce;
  }

  /** As `processesOf`, with the remembered ones and their descendants. `older` need not be looked at. */
  list(bash: number, startedAfter: number, older?: ReadonlySet<string>): number[] {
    const found = findProcesses(bash, this, startedAfter, older);
    for (const { pid, startedAt } of found) this.#startOf.set(pid, startedAt);
    return found.map(({ pid }) => pid);
  }

  /** Look once more while bash lives, unless it has no child: then there is nobody that only it leads to. */
  remember(bash: number, startedAfter: number): number[] {
    return isChildless(bash) ? [] : this.list(bash, startedAfter);
  }

  has({ pid, startedAt }: { readonly pid: number; readonly startedAt: number }): boolean {
    return this.#startOf.get(pid) === startedAt;
  }
}

/** Linux tells a process's children in one small file; where it does not, nothing is known. */
function isChildless(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`).length === 0;
  } catch {
    return false;
  }
}

/** Seconds since boot, `agoMs` milliseconds before now, less two ticks for rounding: the clock of `startedAfter`. */
export function uptimeBefore(agoMs: number): number {
  const exact = Number.parseFloat(readOrEmpty("/proc/uptime").toString("latin1"));
  return (Number.isNaN(exact) ? os.uptime() : exact) - agoMs / 1000 - 2 / TICKS;
}

/** Send a signal; a process that is gone, or that we may not signal, is passed over. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone since the scan, or another user's (sudo): there is nothing that could be done about either.
    }
  }
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Who began earlier, by pid. To be known while something else is waited for, because it takes long where there are many;
 * good for some milliseconds, until pids come round again.
 */
export function olderThan(startedAfter: number): ReadonlySet<string> {
  if (process.platform !== "linux") return NOBODY;
  return new Set(pidsInProc().filter((pid) => startOf(statOf(pid)) < startedAfter));
}

function scanProc(nonce: string, startedAfter: number, older: ReadonlySet<string>): Process[] {
  // To its very end: a background block's nonce begins with its session's.
  const mark = Buffer.from(`${NONCE_VARIABLE}=${nonce}\0`);
  return pidsInProc().flatMap((name) => {
    if (older.has(name)) return [];
    const fields = statOf(name);
    const [state, parent, , session] = fields;
    if (parent === undefined || state === "Z") return [];
    const startedAt = startOf(fields);
    // Only of those that are asked for: a machine has hundreds of processes, and each file takes its time.
    const marked = startedAt >= startedAfter && readOrEmpty(`/proc/${name}/environ`).includes(mark);
    return { pid: Number(name), parent: Number(parent), session: Number(session), startedAt, marked };
  });
}

function pidsInProc(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

/** State, parent, group, session and so on, up to the start; nothing of a process that is gone. */
function statOf(pid: string): string[] {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The name in parentheses may hold blanks and parentheses: fields are counted after the last one.
  return stat.toString("latin1", stat.lastIndexOf(")") + 2).split(" ", 20);
}

/** Seconds since boot; NaN, neither early nor late, of a process that is gone. */
function startOf(fields: readonly string[]): number {
  return Number(fields[19]) / TICKS;
}

const READ = Buffer.allocUnsafe(1 << 12);

/** A file of `/proc`, whole. Most are short, and there are hundreds: one read into the same memory is what they cost. */
function readOrEmpty(file: string): Buffer {
  let fd: number | undefined;
  try {
    fd = openSync(file, "r");
    const size = readSync(fd, READ);
    return size < READ.length ? READ.subarray(0, size) : readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** macOS has no /proc; `ps` shows the environment after the command, and ages in whole seconds. */
function scanPs(nonce: string): Process[] {
  const text = execFileSync("ps", ["-Aww", "-E", "-o", "pid=,ppid=,etime=,command="], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return text.split("\n").flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)\s/.exec(line);
    if (found === null) return [];
    const marked = `${line} `.includes(`${NONCE_VARIABLE}=${nonce} `);
    const [pid = 0, parent = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
      .slice(1)
      .map((n) => Number(n ?? 0));
    const age = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
    return { pid, parent, session: 0, startedAt: os.uptime() - age, marked };
  });
}
