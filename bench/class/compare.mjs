// What learners have on their disks against what the host has on its own.
import { readFileSync } from "node:fs";
import path from "node:path";
import sqlite from "node-sqlite3-wasm";

/** A learner's times are set right by the host's clock: by the way of a message, at most. */
const CLOCK_MS = 10_000;

/** What a host of one class has on its disk. */
export function readHost(file) {
  const db = new sqlite.Database(file);
  // Its write-ahead log needs the file for itself, in WebAssembly.
  db.all("PRAGMA locking_mode = EXCLUSIVE");
  const events = db.all(
    "SELECT l.handle, e.seq, e.body FROM event e JOIN learner l ON l.class = e.class AND l.id = e.learner ORDER BY l.number, e.seq",
  );
  const numbers = new Map(db.all("SELECT number, handle FROM learner").map(({ number, handle }) => [handle, number]));
  const notices = db.all("SELECT number, learner FROM notice ORDER BY number");
  db.close();
  return { events, numbers, notices };
}

/** Each learner heard, once and in order, what was told to all and to them since they joined. Gives how many, and every difference. */
export function compareNotices({ numbers, notices }, learners) {
  const wrong = [];
  let count = 0;
  for (const { handle, before, notices: heard } of learners) {
    const own = ({ number, learner }) => number > before && (learner === null || learner === numbers.get(handle));
    const [wanted, got] = [notices.filter(own), heard].map((list) =>
      list.map(({ number }) => Number(number)).join(" "),
    );
    count += heard.length;
    if (wanted !== got) wrong.push(`${handle}: was told ${wanted}, heard ${got}`);
  }
  return { count, wrong };
}

/** Each learner's events, in order and each once, on both sides. Gives how many there are, and every difference. */
export function compareEvents({ events: rows }, learners) {
  const kept = groupBy(rows);
  const wrong = [];
  for (const { handle, folder, end, complaints } of learners) {
    const written = readFileSync(path.join(folder, "events.jsonl"), "utf8").trimEnd().split("\n");
    const there = kept.get(handle) ?? [];
    kept.delete(handle);
    for (const complaint of complaints) wrong.push(`${handle}: ${complaint}`);
    if (end !== "done") wrong.push(`${handle}: not all was sent: ${end}`);
    if (there.length !== written.length) wrong.push(`${handle}: wrote ${written.length}, the host has ${there.length}`);
    for (const [index, { seq, body }] of there.entries())
      if (Number(seq) !== index + 1 || !isSame(written[index], body))
        wrong.push(`${handle}: number ${index + 1} is ${written[index]}, the host has ${seq} ${body}`);
  }
  for (const handle of kept.keys()) wrong.push(`${handle} is nobody`);
  return { events: rows.length, wrong };
}

function groupBy(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.handle, [...(groups.get(row.handle) ?? []), row]);
  return groups;
}

function isSame(written, body) {
  if (written === undefined) return false;
  const [{ at: own, ...mine }, { at, ...kept }] = [JSON.parse(written), JSON.parse(body)];
  const order = (value) => JSON.stringify(Object.entries(value).sort());
  return order(mine) === order(kept) && Math.abs(at - own) < CLOCK_MS;
}

/** The value that so many of the values are not above; NaN where there are none. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
