import type { Place } from "../diagnostics/index.ts";
import type { DiffLine } from "../expect/index.ts";

/** The outcome of a step. */
export type StepVerdict =
  /** `by`: nothing here could judge it, the learner says that it is done. */
  | { readonly kind: "pass"; readonly by?: "learner" }
  | {
      readonly kind: "mismatch";
      readonly place: Place;
      readonly diff: readonly DiffLine[];
      /** Why the output could not be compared at all; what was not seen was not asserted. */
      readonly uncompared?: string;
      /** Sentences that say why, where the rows do not say it alone. */
      readonly reason?: string;
    }
  | {
      readonly kind: "wrong-exit";
      readonly expected: string;
      readonly actual: number;
      /** The failing command's line in the lesson file. */
      readonly place: Place;
      readonly command: string;
    }
  | { readonly kind: "syntax-error"; readonly place: Place; readonly message: string }
  | { readonly kind: "timeout"; readonly afterMs: number; readonly place: Place }
  | {
      readonly kind: "session-died";
      readonly status: number | undefined;
      readonly signal: string | undefined;
      readonly place: Place;
    }
  | { readonly kind: "interrupted"; readonly place: Place }
  /** A file block was not written; `reason` is a part of a sentence. */
  | { readonly kind: "not-written"; readonly file: string; readonly reason: string; readonly place: Place }
  /** A background block ended by itself, or was not ready in time; `reason` is a part of a sentence. */
  | { readonly kind: "background-ended"; readonly name: string; readonly reason: string; readonly place: Place }
  /** A check of the step did not hold; the check's own verdict says why. */
  | { readonly kind: "check-failed"; readonly checkId: string; readonly place: Place }
  /** Under proof: all passed, and would have passed as well had something been wrong. */
  | { readonly kind: "unproven"; readonly place: Place; readonly weaknesses: readonly Weakness[] }
  | { readonly kind: "already-true" }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "solved-by-us" };

/** Something wrong that no assertion of a step noticed. */
export interface Weakness {
  readonly place: Place;
  /** One sentence: what was wrong, and passed. */
  readonly found: string;
  /** One sentence: what to do about it. */
  readonly advice: string;
}

/**
 * The outcome of a check. `whys` are the lines that its diagnoses printed, `diagnosis` the number (from 1) of the first of
 * these that printed any; `afterMs` is 0 when it was tried once.
 */
export type CheckVerdict =
  | { readonly kind: "pass" }
  | {
      readonly kind: "wrong";
      readonly afterMs: number;
      readonly found: CheckFinding;
      readonly whys: readonly string[];
      readonly diagnosis?: number;
    }
  | { readonly kind: "broken"; readonly reason: string; readonly found: CheckFinding }
  | { readonly kind: "interrupted" }
  | { readonly kind: "skipped"; readonly reason: string };

/** What the last try of a check's predicate gave. */
export interface CheckFinding {
  readonly status: number | undefined;
  readonly output: string;
  readonly diff: readonly DiffLine[] | undefined;
  /** The first expected line that the output does not meet; absent where the output was not compared. */
  readonly place?: Place;
  /** Sentences that say why the output is not as expected, where the diff does not say it alone. */
  readonly reason?: string;
}
