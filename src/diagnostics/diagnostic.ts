import type { DiagnosticCode, Severity } from "./catalogue.ts";
import type { Place } from "./place.ts";

/**
 * A finding about a lesson: the author's mistake, never the learner's. Findings are collected, not thrown.
 * The message has one shape: what was found, what was expected; `hint` says what to do next.
 */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly place: Place;
}
