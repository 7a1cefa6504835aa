import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { boolean, integer, list, object, oneOf, optional, pattern, WireError } from "../shape.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import { PROBLEM_CODES } from "./problems.ts";

const REPORT_VERSION = 1;

/** Numbers alone: what a program says of itself beyond them may name who built it. */
const version = pattern("a version", /^\d{1,6}(?:\.\d{1,6}){1,3}$/);
const word = pattern("a word", /^[a-z0-9_]{1,16}$/);

/** All that a report says of a machine. No name, no folder, no address, nothing that stays the same from report to report but the machine's kind. */
const machineReport = object({
  v: oneOf([REPORT_VERSION]),
  /** Drawn anew for each report: one that arrives twice, quoted in an answer, is counted once. */
  id: pattern("eight hexadecimal digits", /^[0-9a-f]{8}$/),
  app: pattern("a version", /^\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[\w.]{1,32})?$/),
  os: word,
  arch: word,
  cores: integer(1, 100_000),
  /** GiB, rounded; of the machine, and free where progress is kept. */
  memory: integer(0, 1_000_000),
  disk: integer(0, 1_000_000_000),
  node: version,
  bash: optional(version),
  curl: optional(version),
  kubectl: optional(version),
  helm: optional(version),
  docker: optional(version),
  kind: optional(version),
  /** GiB that Docker may use; absent where it does not answer. */
  engine: optional(integer(0, 1_000_000)),
  /** 0: no terminal. */
  columns: integer(0, 100_000),
  colour: boolean,
  utf8: boolean,
  ports: boolean,
  /** A proxy is named in the environment; never which. */
  proxy: boolean,
  problems: optional(list(oneOf(PROBLEM_CODES), PROBLEM_CODES.length)),
});

/** What a learner's machine is like, as the instructor may know it. */
export type MachineReport = ReturnType<typeof machineReport>;

/** Longer than any report; what unpacks to more is none. */
const MOST_BYTES = 8192;
const CHECK_LENGTH = 8;
const START = "learn-istio-report";
const END = "end";

/**
 * A report as one word of letters, digits and hyphens: `learn-istio-report-1-…-CHECKSUM-end`. Letters of one case, so that
 * nothing in it is taken for markup, an emoji or a link; an end of its own, so that a cut one is noticed.
 */
export function writeReport(report: Omit<MachineReport, "v">): string {
  const known = machineReport({ v: REPORT_VERSION, ...report }, "report");
  const packed = toBase32(deflateRawSync(JSON.stringify(known), { level: 9 }));
  return [START, REPORT_VERSION, packed, checksum(REPORT_VERSION, packed), END].join("-");
}

/** A report found in a text, at its line (from 1); `problem`: why it cannot be read. */
export type FoundReport =
  | { readonly line: number; readonly report: MachineReport }
  | { readonly line: number; readonly problem: string };

/**
 * Every report in a text: mails, answers that quote, a chat's history. Line breaks, blanks and quote marks inside one do not
 * count. Pure; never throws.
 */
export function findReports(text: string): FoundReport[] {
  const starts = [...text.matchAll(/learn-istio-report\b/gi)].map(({ index }) => index);
  return starts.flatMap((start, at) => {
    const piece = text.slice(start, Math.min(starts[at + 1] ?? text.length, start + 2 * MOST_BYTES));
    // Prose may name it, as our own words do.
    if (!/^learn-istio-report\s*-[\s>|]*[0-9]/i.test(piece)) return [];
    return [{ line: text.slice(0, start).split("\n").length, ...readPiece(piece) }];
  });
}

function readPiece(piece: string): { readonly report: MachineReport } | { readonly problem: string } {
  const plain = piece.slice(START.length).replaceAll(/[^A-Za-z0-9-]/g, "");
  const [, made = "", packed = "", check = ""] = /^-([0-9]+)-([A-Z2-7]+)-([A-Z2-7]+)-end/i.exec(plain) ?? [];
  const number = Number(/^-([0-9]+)-/.exec(plain)?.[1]);
  if (number > REPORT_VERSION) return { problem: "a newer learn-istio made it; update this one" };
  if (packed === "") return { problem: "it is cut off or was changed on the way: it does not end as a report does" };
  if (check.toUpperCase() !== checksum(Number(made), packed.toUpperCase()))
    return { problem: "it was changed on the way: its checksum does not hold" };
  try {
    const json = inflateRawSync(fromBase32(packed), { maxOutputLength: MOST_BYTES }).toString("utf8");
    return { report: machineReport(JSON.parse(json), "report") };
  } catch (error) {
    const why = error instanceof WireError ? ` (${error.message})` : "";
    return { problem: `it says nothing that this version understands${why}` };
  }
}

function checksum(made: number, packed: string): string {
  return toBase32(createHash("sha256").update(`${made}-${packed}`).digest()).slice(0, CHECK_LENGTH);
}
