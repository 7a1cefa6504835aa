import { createHash } from "node:crypto";
import type { TargetName } from "../lesson/index.ts";
import { asRecord, type EvidenceRecord } from "./record.ts";

/** The version of an exported file; a reader of an older version refuses a newer one. */
const EXPORT_VERSION = 1;
const TARGETS: readonly string[] = ["sandbox", "live", "none"] satisfies readonly TargetName[];
const FORMAT = "learn-istio-progress";

/**
 * The first line of an exported file; each further line is a record. Values of variables and what was printed stay at
 * home: they may hold secrets.
 */
interface ExportHeader {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly course: string;
  readonly target: TargetName;
  readonly at: number;
  /** Names the log that it was made of, and nothing else: records that are imported keep it. */
  readonly origin: string;
  readonly records: number;
  /** Of all lines after this one: a file that was cut or changed on its way is refused. */
  readonly sha256: string;
}

/** What stands beside the records in a file of progress. */
export interface ExportAbout {
  readonly course: string;
  readonly target: TargetName;
  readonly at: number;
  /** When the log began: with the course and the target it tells one log from another. */
  readonly began: number;
}

/** A course's evidence as the text of a file, ordered by time. */
export function renderExport(records: readonly EvidenceRecord[], about: ExportAbout): string {
  const { course, target, at, began } = about;
  const lines = records.toSorted((a, b) => a.at - b.at).map((record) => `${JSON.stringify(reduced(record))}\n`);
  const origin = digest(JSON.stringify([course, target, began])).slice(0, 8);
  const body = lines.join("");
  const counted = { records: lines.length, sha256: digest(body) };
  const header: ExportHeader = { format: FORMAT, version: EXPORT_VERSION, course, target, at, origin, ...counted };
  return `${JSON.stringify(header)}\n${body}`;
}

/** A file of progress, understood and sound. */
export interface Imported {
  readonly course: string;
  readonly target: TargetName;
  /** Each says where it is from. */
  readonly records: readonly EvidenceRecord[];
}

/** The text of a file as progress, or the sentence that says why it is none. */
export function parseExport(text: string): Imported | string {
  const end = text.indexOf("\n") + 1;
  const header = parseHeader(text.slice(0, Math.max(end - 1, 0)));
  if (typeof header === "string") return header;
  const body = text.slice(end);
  const lines = body.split("\n").slice(0, -1);
  const isWhole = lines.length === header.records && digest(body) === header.sha256;
  if (!isWhole) {
    const found = lines.length === header.records ? "other ones" : String(lines.length);
    return `it was cut or changed on its way: found ${found}, expected ${header.records} records as they were exported`;
  }
  const records: EvidenceRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const record = asRecord(parseJson(line));
    if (record === undefined) return `line ${index + 2} is no record that this version knows`;
    records.push({ ...record, from: record.from ?? header.origin });
  }
  return { course: header.course, target: header.target, records };
}

function parseHeader(line: string): ExportHeader | string {
  const value = parseJson(line) as Partial<ExportHeader> | undefined;
  if (value?.format !== FORMAT || typeof value.version !== "number")
    return "its first line is not that of exported progress";
  if (value.version > EXPORT_VERSION)
    return `it is of version ${value.version}, expected at most ${EXPORT_VERSION}: update learn-istio`;
  const isSound =
    typeof value.course === "string" &&
    TARGETS.includes(String(value.target)) &&
    typeof value.origin === "string" &&
    /^[0-9a-f]{8}$/.test(value.origin) &&
    typeof value.records === "number" &&
    typeof value.sha256 === "string";
  return isSound ? (value as ExportHeader) : "its first line lacks the course, the target or what it counts";
}

/** The records that a log does not have yet. Where they come from does not tell them apart: nothing is doubled. */
export function newRecords(
  known: readonly EvidenceRecord[],
  incoming: readonly EvidenceRecord[],
): readonly EvidenceRecord[] {
  const seen = new Set(known.map(identityOf));
  return incoming.filter((record) => {
    const identity = identityOf(record);
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

/** What tells one record from another, of what is exported. */
function identityOf(record: EvidenceRecord): string {
  const { type, at, lesson } = record;
  const step = "step" in record ? record.step : undefined;
  const ended = record.type === "step-end" ? [record.contentHash, record.verdict.kind, record.durationMs] : [];
  const holds = record.type === "proof" ? [record.holds] : [];
  return JSON.stringify([type, at, lesson, step, ...ended, ...holds]);
}

/** Without what may be a secret: a verdict's differing lines, variables, output. */
function reduced(record: EvidenceRecord): unknown {
  if (record.type !== "step-end") return record;
  const { verdict } = record;
  const kept = verdict.kind === "skipped" ? verdict : { kind: verdict.kind };
  return { ...record, verdict: kept, vars: {}, seen: [] };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
