import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EnvironmentError } from "../../src/diagnostics/index.ts";
import { EvidenceLog, type EvidenceRecord, progressOf, readEvidence, resumePoint } from "../../src/progress/index.ts";
import { ended, FAILED, lessonOf, reset, started, stepOf } from "./sample.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "evidence-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => path.join(folder, "evidence.jsonl");
const open = (write?: (fd: number, bytes: Uint8Array) => number): EvidenceLog =>
  EvidenceLog.open({ folder, course: "istio", target: "sandbox", now: 1, sync: true, ...(write && { write }) });
const RECORDS: readonly EvidenceRecord[] = [
  started("lesson-01", "a", 1),
  ended("lesson-01", "a", 2),
  started("lesson-01", "b", 3),
  ended("lesson-01", "b", 4, FAILED),
  reset("lesson-01", 5),
  started("lesson-01", "grüße-🦊", 6),
  ended("lesson-01", "grüße-🦊", 7),
];
const HEADER = '{"type":"header","version":1,"course":"istio","target":"sandbox","at":1}\n';

function refused(action: () => unknown): { readonly message: string; readonly hint: string | undefined } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { message: error.message.replaceAll(folder, "<folder>"), hint: error.hint?.replaceAll(folder, "<folder>") };
  }
  throw new Error("expected a refusal");
}

function writeAll(records: readonly EvidenceRecord[]): void {
  const log = open();
  for (const record of records) log.append(record);
  log.close();
}

test("what was appended is read back, by later runs too", () => {
  writeAll(RECORDS.slice(0, 3));
  writeAll(RECORDS.slice(3));
  const evidence = readEvidence(folder);
  expect(evidence.header).toEqual({ type: "header", version: 1, course: "istio", target: "sandbox", at: 1 });
  expect(evidence.records).toEqual(RECORDS);
  expect(evidence.notes).toEqual([]);
});

test("a folder without a log has no evidence", () => {
  expect(readEvidence(path.join(folder, "nowhere")).records).toEqual([]);
});

test("any prefix of the log's bytes reads cleanly, and the writer after it loses nothing", () => {
  writeAll(RECORDS);
  const bytes = readFileSync(file());
  const lesson = lessonOf("lesson-01", [stepOf("a"), stepOf("b"), stepOf("grüße-🦊")]);
  const placeIn = (records: readonly EvidenceRecord[]) => progressOf(records, [lesson]).lessons.map(resumePoint);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
      const prefix = bytes.subarray(0, length);
      rmSync(path.join(folder, "evidence.torn"), { force: true });
      writeFileSync(file(), prefix);
      // A line is there as soon as its last brace is; only its newline may still be missing.
      const ends = [...bytes.keys()].filter((at) => bytes[at] === 0x0a && at <= length).length;
      const whole = RECORDS.slice(0, Math.max(0, ends - 1));
      expect(readEvidence(folder).records).toEqual(whole);
      expect(readEvidence(folder).notes).toEqual([]);
      expect(placeIn(readEvidence(folder).records)).toEqual(placeIn(whole));
      writeAll([reset("lesson-02", 9)]);
      expect(readEvidence(folder).records).toEqual([...whole, reset("lesson-02", 9)]);
      const torn = path.join(folder, "evidence.torn");
      const aside = existsSync(torn) ? readFileSync(torn).subarray(0, -1) : Buffer.alloc(0);
      const kept = readFileSync(file()).subarray(0, length - aside.length);
      expect(Buffer.concat([kept, aside]).equals(prefix)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("a line that cannot be read is skipped with a note and left where it is", () => {
  writeAll(RECORDS.slice(0, 2));
  appendFileSync(file(), 'not json\n{"type":"badge","at":3,"lesson":"lesson-01"}\n\u0000\u0000\n');
  writeAll(RECORDS.slice(2));
  const evidence = readEvidence(folder);
  expect(evidence.records).toEqual(RECORDS);
  expect(evidence.notes.map((note) => note.replace(folder, "<folder>"))).toEqual([
    "<folder>/evidence.jsonl:4 is not a record that this version knows; it was left as it is.",
    "<folder>/evidence.jsonl:5 is not a record that this version knows; it was left as it is.",
    "<folder>/evidence.jsonl:6 is not a record that this version knows; it was left as it is.",
  ]);
  expect(readFileSync(file(), "utf8")).toContain("not json\n");
});

test("a log of a newer version is refused, untouched", () => {
  const newer = HEADER.replace('"version":1', '"version":2');
  writeFileSync(file(), newer);
  const expected = {
    message: "<folder>/evidence.jsonl:1 was written by a newer learn-istio: found version 2, expected at most 1",
    hint: "Update learn-istio, or set `XDG_STATE_HOME` to another folder.",
  };
  expect(refused(() => readEvidence(folder))).toEqual(expected);
  expect(refused(open)).toEqual(expected);
  expect(readFileSync(file(), "utf8")).toBe(newer);
  expect(existsSync(path.join(folder, "lock"))).toBe(false);
});

test("a file that is no log is refused, untouched", () => {
  writeFileSync(file(), "hello\n");
  expect(refused(open)).toEqual({
    message: '<folder>/evidence.jsonl:1 is not the header of an evidence log, expected `{"type":"header",…}`',
    hint: "Move `<folder>/evidence.jsonl` away to begin a new log; nothing in it was changed.",
  });
  expect(readFileSync(file(), "utf8")).toBe("hello\n");
});

test("a full disk: what got through of a line is taken back, and the log goes on when there is room", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  let room = Number.POSITIVE_INFINITY;
  const log = open((fd, bytes) => {
    if (room === 0) throw full;
    const written = writeSync(fd, bytes.subarray(0, Math.min(room, 10)));
    room -= written;
    return written;
  });
  log.append(started("lesson-01", "a", 1));
  const before = readFileSync(file(), "utf8");
  room = 25;
  expect(refused(() => log.append(ended("lesson-01", "a", 2)))).toEqual({
    message: "Cannot write `<folder>/evidence.jsonl`: ENOSPC: no space left on device, write",
    hint: "The disk is full: free some space, then start again. Nothing that was recorded is lost.",
  });
  expect(readFileSync(file(), "utf8")).toBe(before);
  room = Number.POSITIVE_INFINITY;
  log.append(ended("lesson-01", "a", 2));
  log.close();
  expect(readEvidence(folder).records).toEqual([started("lesson-01", "a", 1), ended("lesson-01", "a", 2)]);
});

test("a file where the folder belongs is refused with what to do", () => {
  writeFileSync(path.join(folder, "state"), "");
  const inside = {
    folder: path.join(folder, "state", "course"),
    course: "c",
    target: "none",
    now: 1,
    sync: false,
  } as const;
  expect(refused(() => EvidenceLog.open(inside))).toEqual({
    message: "Cannot make the folder `<folder>/state/course`: ENOTDIR: not a directory, mkdir '<folder>/state/course'",
    hint: "A file stands where a folder belongs: move it away, or set `XDG_STATE_HOME` to another folder.",
  });
});

test("a second writer is told who holds the log; a reader is not disturbed", () => {
  const log = open();
  log.append(RECORDS[0] as EvidenceRecord);
  const lock = path.join(folder, "lock");
  const holder = JSON.parse(readFileSync(lock, "utf8"));
  writeFileSync(lock, JSON.stringify({ ...holder, terminal: "/dev/pts/3", since: Date.UTC(2026, 10, 23, 15, 4) }));
  expect(refused(open)).toEqual({
    message: `This course is open already: process ${process.pid} (pts/3, since 2026-11-23 15:04 UTC) writes its evidence (\`<folder>/lock\`)`,
    hint: "Go on in that terminal, or quit there first.",
  });
  expect(readEvidence(folder).records).toEqual([RECORDS[0]]);
  writeFileSync(lock, JSON.stringify(holder));
  log.close();
  log.close();
  open().close();
});

test("a lock of another host is never broken", () => {
  writeFileSync(path.join(folder, "lock"), JSON.stringify({ pid: 1, started: "1", host: "elsewhere.example" }));
  expect(refused(open)).toEqual({
    message: "This course is open already: process 1 on `elsewhere.example` writes its evidence (`<folder>/lock`)",
    hint: "If it is gone, remove `<folder>/lock`, then start again.",
  });
});

test.each([
  ["a process that is gone", async () => ({ pid: await pidOfDead(), started: "1", host: hostname() })],
  ["a pid that is somebody else's by now", async () => ({ pid: process.pid, started: "1", host: hostname() })],
  ["nobody that can be read", async () => "half a li"],
])("a lock of %s is taken over", async (_name, holder) => {
  const content = await holder();
  writeFileSync(path.join(folder, "lock"), typeof content === "string" ? content : JSON.stringify(content));
  const log = open();
  expect(JSON.parse(readFileSync(path.join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
  log.close();
  expect(existsSync(path.join(folder, "lock"))).toBe(false);
});

/** What stands in the way of the lock's file → the message, and the hint's beginning. */
test.each([
  [
    "a folder of the lock's name",
    (lock: string) => mkdirSync(lock),
    "EISDIR: illegal operation on a directory",
    "A folder stands",
  ],
  [
    "a folder of the draft's name",
    (lock: string) => mkdirSync(`${lock}.${process.pid}`),
    "EISDIR: illegal operation on a directory",
    "A folder stands",
  ],
  [
    "a link in a ring",
    (lock: string) => symlinkSync("lock", lock),
    "ELOOP: too many symbolic links encountered",
    "Set `XDG_STATE_HOME`",
  ],
])("no lock because of %s: refused with what to do, and nothing is left", (_name, block, why, hint) => {
  block(path.join(folder, "lock"));
  const before = readdirSync(folder);
  const { message, hint: told } = refused(open);
  expect(message).toContain(`Cannot lock \`<folder>/lock\`: ${why}`);
  expect(told).toContain(hint);
  expect(readdirSync(folder)).toEqual(before);
});

async function pidOfDead(): Promise<number> {
  const child = spawn("true");
  await once(child, "exit");
  return child.pid ?? 0;
}
