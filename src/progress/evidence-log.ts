import { closeSync, fsyncSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { makeFolder } from "../files/index.ts";
import type { TargetName } from "../lesson/index.ts";
import { isHeldByAnother, takeLock, type Unlock } from "./lock.ts";
import { EVIDENCE_FILE, type Evidence, readEvidence } from "./read-evidence.ts";
import { EVIDENCE_VERSION, type EvidenceHeader, type EvidenceRecord } from "./record.ts";
import { refusal } from "./refusal.ts";

export interface EvidenceLogOptions {
  readonly folder: string;
  readonly course: string;
  readonly target: TargetName;
  readonly now: number;
  /** Whether each line is on the disk before `append` returns: a learner's place survives a power cut. */
  readonly sync: boolean;
  /** Write some of `bytes` to the file, return how many; for tests of full disks. */
  readonly write?: (fd: number, bytes: Uint8Array) => number;
}

/** Ends of lines that were cut off, kept: they may tell what was going on. */
const TORN_FILE = "evidence.torn";
const LOCK_FILE = "lock";

/** The writer of a log: at most one at a time, held by a lock. Whoever opens it closes it. */
export class EvidenceLog {
  /** What the log held when it was opened. */
  readonly before: Evidence;
  readonly file: string;
  readonly #fd: number;
  readonly #unlock: Unlock;
  readonly #sync: boolean;
  readonly #write: (fd: number, bytes: Uint8Array) => number;
  #size: number;
  #isOpen = true;

  private constructor(file: string, before: Evidence, fd: number, unlock: Unlock, options: EvidenceLogOptions) {
    this.file = file;
    this.before = before;
    this.#fd = fd;
    this.#unlock = unlock;
    this.#sync = options.sync;
    this.#write = options.write ?? writeSync;
    this.#size = before.soundBytes;
  }

  /**
   * Take the lock, set a cut-off end aside, and begin the log where there is none. Throws an EnvironmentError when the
   * log is held by somebody else, cannot be written, or is of a newer version.
   */
  static open(options: EvidenceLogOptions): EvidenceLog {
    const { folder } = options;
    try {
      makeFolder(folder);
    } catch (error) {
      throw refusal("make the folder", folder, error);
    }
    const unlock = takeLock(path.join(folder, LOCK_FILE));
    try {
      return openLocked(options, (file, before, fd) => new EvidenceLog(file, before, fd, unlock, options));
    } catch (error) {
      unlock();
      throw error;
    }
  }

  append(record: EvidenceRecord | EvidenceHeader): void {
    this.appendText(`${JSON.stringify(record)}\n`);
  }

  /** Write all of it or nothing: what a full disk let through of it is taken back. */
  appendText(text: string): void {
    const bytes = Buffer.from(text, "utf8");
    try {
      for (let done = 0; done < bytes.length; ) done += this.#write(this.#fd, bytes.subarray(done));
      if (this.#sync) fsyncSync(this.#fd);
      this.#size += bytes.length;
    } catch (error) {
      this.#takeBack();
      throw refusal("write", this.file, error);
    }
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      closeSync(this.#fd);
    } finally {
      this.#unlock();
    }
  }

  #takeBack(): void {
    try {
      ftruncateSync(this.#fd, this.#size);
    } catch {
      // The next reader tolerates a cut-off line; the error that led here is the one to tell.
    }
  }
}

type Make = (file: string, before: Evidence, fd: number) => EvidenceLog;

function openLocked({ folder, course, target, now }: EvidenceLogOptions, make: Make): EvidenceLog {
  const file = path.join(folder, EVIDENCE_FILE);
  const before = readEvidence(folder);
  const fd = openToAppend(file);
  try {
    if (before.torn.length > 0) setAside(folder, before.torn, fd, before.soundBytes);
    const log = make(file, before, fd);
    if (before.lacksNewline) log.appendText("\n");
    if (before.header === undefined) {
      log.append({ type: "header", version: EVIDENCE_VERSION, course, target, at: now });
      syncFolder(folder);
    }
    return log;
  } catch (error) {
    closeSync(fd);
    throw error instanceof EnvironmentError ? error : refusal("write", file, error);
  }
}

function openToAppend(file: string): number {
  try {
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw refusal("write", file, error);
  }
}

/** Copy first, cut then: at no moment are the bytes nowhere. */
function setAside(folder: string, torn: Uint8Array, fd: number, soundBytes: number): void {
  writeFileSync(path.join(folder, TORN_FILE), Buffer.concat([torn, Buffer.from("\n")]), { flag: "a", mode: 0o600 });
  ftruncateSync(fd, soundBytes);
}

/** A new file's name is on the disk only when its folder is. Not every file system can do it, and none needs to. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, "r");
    fsyncSync(fd);
    closeSync(fd);
  } catch {
    // The log itself is written and synced; only its name may be lost to a power cut in the next seconds.
  }
}

/** Whether another program writes the log in this folder now: what its `start` began runs there. */
export function isWrittenElsewhere(folder: string): boolean {
  return isHeldByAnother(path.join(folder, LOCK_FILE));
}
