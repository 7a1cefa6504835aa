import type { Diagnostic, Place } from "../diagnostics/index.ts";
import type { RunEvent } from "../run/index.ts";
import type { Failure } from "./failure.ts";

/**
 * A whole run written down, for the views that need all of it before they can write their first line. All texts in it are
 * safe for a file.
 */
export interface RunRecord {
  readonly suites: readonly SuiteRecord[];
  readonly warnings: readonly Diagnostic[];
  readonly targets: readonly string[];
  readonly commands: number;
  readonly asserted: number;
  readonly durationMs: number;
}

/** A lesson in a run, with the values of a run of several; or a file that was refused; or the command itself, where it could not do its work. */
export interface SuiteRecord {
  /** The lesson's id (and values); for others what they are. */
  readonly id: string;
  readonly title: string;
  /** Empty for the command itself. */
  readonly path: string;
  readonly target: string | undefined;
  /** Epoch milliseconds; undefined where nothing ran. */
  readonly at: number | undefined;
  readonly durationMs: number;
  readonly cases: readonly CaseRecord[];
  readonly notes: readonly string[];
}

export type CaseState = "passed" | "failed" | "skipped" | "interrupted";

/** A step, a cleanup, a finding, or what became of the lesson itself. */
export interface CaseRecord {
  readonly name: string;
  readonly state: CaseState;
  /** The verdict's kind, the finding's code, the problem's kind. */
  readonly kind: string;
  /** Undefined where it is about no place in a document. */
  readonly place: Place | undefined;
  readonly durationMs: number;
  /** Why it was skipped; a failure says more in `failure`. */
  readonly reason: string;
  readonly failure: Failure | undefined;
  readonly checks: readonly CheckTries[];
}

/** How often a check was tried until its verdict. */
export interface CheckTries {
  readonly title: string;
  readonly verdict: (RunEvent & { readonly type: "check-end" })["verdict"]["kind"];
  readonly tries: number;
  readonly durationMs: number;
  /** Why it was left out. */
  readonly reason: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly interrupted: number;
}

export function countCases(cases: readonly CaseRecord[]): Counts {
  const of = (state: CaseState): number => cases.filter((one) => one.state === state).length;
  return { passed: of("passed"), failed: of("failed"), skipped: of("skipped"), interrupted: of("interrupted") };
}

/** Did anything go wrong in it? */
export function isBad({ state }: CaseRecord): boolean {
  return state === "failed" || state === "interrupted";
}
