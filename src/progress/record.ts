import type { TargetName } from "../lesson/index.ts";
import type { StepVerdict } from "../run/index.ts";

/** The version of the evidence log; a reader of an older version refuses a newer one. */
export const EVIDENCE_VERSION = 1;

/**
 * The log is one JSON object a line, UTF-8, each line ended by a newline and never changed afterwards. The first line
 * is the header. Times are epoch milliseconds. The checkpoint is recorded as the step `checkpoint`.
 */
export interface EvidenceHeader {
  readonly type: "header";
  readonly version: number;
  readonly course: string;
  readonly target: TargetName;
  readonly at: number;
}

export type EvidenceRecord = (StepStarted | StepEnded | LessonReset | LessonProved | WentBack) & Imported;

/** What every record may say of itself: it happened elsewhere. History then, and nothing about this machine. */
interface Imported {
  /** Names the log that it came from. */
  readonly from?: string;
}

/** Written before the first command of a step runs: without an end after it, the step was in flight. */
interface StepStarted {
  readonly type: "step-start";
  readonly at: number;
  readonly lesson: string;
  readonly step: string;
  readonly contentHash: string;
}

export interface StepEnded {
  readonly type: "step-end";
  readonly at: number;
  readonly lesson: string;
  readonly step: string;
  /** The step's content when it was judged; an edited lesson has another. */
  readonly contentHash: string;
  readonly verdict: StepVerdict;
  readonly durationMs: number;
  /** Tool → version, as found by the run. */
  readonly versions: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** What was seen, bounded. */
  readonly seen: readonly Seen[];
}

export type Seen =
  | { readonly kind: "command"; readonly source: string; readonly status: number | undefined; readonly output: string }
  | { readonly kind: "check"; readonly title: string; readonly verdict: string; readonly output: string };

/** The learner went back to the start of a lesson; what was done before stays history. */
interface LessonReset {
  readonly type: "reset";
  readonly at: number;
  readonly lesson: string;
}

/** The checkpoint was looked at outside of the lesson, because another one builds on it. */
interface LessonProved {
  readonly type: "proof";
  readonly at: number;
  readonly lesson: string;
  readonly holds: boolean;
}

/** What a step had done is gone: it and the ones behind it are to be done again. What was done before stays history. */
interface WentBack {
  readonly type: "back";
  readonly at: number;
  readonly lesson: string;
  readonly step: string;
}

/** A line's value as a record; undefined when it is not one. */
export function asRecord(value: unknown): EvidenceRecord | undefined {
  if (!isObject(value) || typeof value.at !== "number" || typeof value.lesson !== "string") return undefined;
  const named = typeof value.step === "string" && typeof value.contentHash === "string";
  if (value.from !== undefined && typeof value.from !== "string") return undefined;
  const known =
    value.type === "reset" ||
    (value.type === "proof" && typeof value.holds === "boolean") ||
    (value.type === "back" && typeof value.step === "string") ||
    (value.type === "step-start" && named) ||
    (value.type === "step-end" && named && isObject(value.verdict) && typeof value.verdict.kind === "string");
  return known ? (value as unknown as EvidenceRecord) : undefined;
}

export function asHeader(value: unknown): EvidenceHeader | undefined {
  const known = isObject(value) && value.type === "header" && typeof value.version === "number";
  return known ? (value as unknown as EvidenceHeader) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
