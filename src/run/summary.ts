import type { Place } from "../diagnostics/index.ts";
import type { RunEvent } from "./events.ts";
import { tallyOf } from "./tally.ts";
import type { CheckVerdict, StepVerdict } from "./verdict.ts";

/** Counts of a run, a function of its events. */
export interface RunSummary {
  readonly lessons: { readonly passed: number; readonly failed: number; readonly skipped: number };
  /** Steps that ended; each is counted in exactly one of the four below. */
  readonly steps: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
  readonly commands: number;
  readonly asserted: number;
  readonly failures: readonly Failure[];
  readonly durationMs: number;
  /** The run was ended from outside, by Ctrl-C or a signal. */
  readonly wasInterrupted: boolean;
  /** The latest check that did not hold: its step's end, which comes next, takes it along. */
  readonly failingCheck: Failure["check"];
}

/** Something that makes a run fail: a step, or a cleanup. */
interface Failure {
  readonly kind: "step" | "cleanup";
  readonly lesson: string;
  readonly step: string;
  readonly place: Place;
  readonly verdict: StepVerdict;
  /** The check that a `check-failed` step failed by. */
  readonly check: { readonly title: string; readonly verdict: CheckVerdict } | undefined;
}

export const EMPTY_SUMMARY: RunSummary = {
  lessons: { passed: 0, failed: 0, skipped: 0 },
  steps: 0,
  passed: 0,
  failed: 0,
  skipped: 0,
  interrupted: 0,
  commands: 0,
  asserted: 0,
  failures: [],
  durationMs: 0,
  wasInterrupted: false,
  failingCheck: undefined,
};

/** The counts and failures of a whole run. A stream that is not at its end gives what it says so far. */
export function summarise(events: Iterable<RunEvent>): RunSummary {
  let summary = EMPTY_SUMMARY;
  for (const event of events) summary = addToSummary(summary, event);
  return summary;
}

/** One event more. Events that count nothing give the same value back. */
export function addToSummary(summary: RunSummary, event: RunEvent): RunSummary {
  switch (event.type) {
    case "step-end":
      return addStep(summary, event);
    case "check-end":
      return noteCheck(summary, event);
    case "cleanup-end":
      return isBad(event.verdict) ? addFailure(summary, "cleanup", { ...event, step: "cleanup" }) : summary;
    case "lesson-end":
      return { ...summary, lessons: { ...summary.lessons, [event.outcome]: summary.lessons[event.outcome] + 1 } };
    case "run-end":
      return { ...summary, durationMs: event.durationMs, wasInterrupted: event.interrupted };
    default:
      return summary;
  }
}

/** The exit code that a run asks for: 130 interrupted, 1 a verdict failed, 0 all right. */
export function exitCodeOf(summary: RunSummary): 0 | 1 | 130 {
  if (summary.wasInterrupted || summary.interrupted > 0) return 130;
  return summary.failures.length > 0 || summary.lessons.failed > 0 ? 1 : 0;
}

type StepEnd = RunEvent & { readonly type: "step-end" };
type CheckEnd = RunEvent & { readonly type: "check-end" };

function addStep(summary: RunSummary, event: StepEnd): RunSummary {
  const tally = tallyOf(event.verdict);
  // Written out: a copy with a computed key is slow, and each step takes two.
  const counted: RunSummary = {
    lessons: summary.lessons,
    steps: summary.steps + 1,
    passed: summary.passed + (tally === "passed" ? 1 : 0),
    failed: summary.failed + (tally === "failed" ? 1 : 0),
    skipped: summary.skipped + (tally === "skipped" ? 1 : 0),
    interrupted: summary.interrupted + (tally === "interrupted" ? 1 : 0),
    commands: summary.commands + event.commands,
    asserted: summary.asserted + event.asserted,
    failures: summary.failures,
    durationMs: summary.durationMs,
    wasInterrupted: summary.wasInterrupted,
    failingCheck: summary.failingCheck,
  };
  return tally === "failed" ? addFailure(counted, "step", event) : counted;
}

function noteCheck(summary: RunSummary, { title, verdict }: CheckEnd): RunSummary {
  const fails = verdict.kind === "wrong" || verdict.kind === "broken";
  return fails ? { ...summary, failingCheck: { title, verdict } } : summary;
}

function isBad(verdict: StepVerdict): boolean {
  return tallyOf(verdict) === "failed" || verdict.kind === "interrupted";
}

type Failed = Pick<Failure, "lesson" | "step" | "place" | "verdict">;

function addFailure(summary: RunSummary, kind: Failure["kind"], failed: Failed): RunSummary {
  const { lesson, step, verdict } = failed;
  const place = "place" in verdict ? verdict.place : failed.place;
  const check = verdict.kind === "check-failed" ? summary.failingCheck : undefined;
  return { ...summary, failures: [...summary.failures, { kind, lesson, step, place, verdict, check }] };
}
