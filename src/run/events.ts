import type { Place } from "../diagnostics/index.ts";
import type { Constrained, Proof } from "../expect/index.ts";
import type { TargetName } from "../lesson/index.ts";
import type { CheckVerdict, StepVerdict } from "./verdict.ts";

/** The version of the RunEvent stream; a reader of another version must refuse it. */
export const RUN_EVENT_VERSION = 1;

/** The one stream that every view, count and file is a function of. Times are epoch milliseconds. */
export type RunEvent =
  | {
      readonly type: "run-start";
      readonly version: typeof RUN_EVENT_VERSION;
      readonly runId: string;
      readonly at: number;
      readonly target: TargetName;
      readonly lessons: readonly { readonly id: string; readonly path: string; readonly steps: number }[];
      /** Where the same lessons run several times: the values of this time. */
      readonly variables?: Readonly<Record<string, string>>;
    }
  | {
      readonly type: "lesson-start";
      readonly at: number;
      readonly lesson: string;
      readonly path: string;
      readonly title: string;
      /** Nobody asked for it: a lesson that was asked for builds on it. */
      readonly prerequisite?: true;
    }
  /**
   * Lessons that others build on are run once more for them, because what the first time came to could not be begun from.
   * `lesson` is the first of those that they are run for.
   */
  | {
      readonly type: "prerequisites-again";
      readonly at: number;
      readonly lesson: string;
      readonly prerequisites: readonly string[];
      readonly reason: string;
    }
  | {
      readonly type: "step-start";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly section: string;
      readonly place: Place;
      readonly contentHash: string;
    }
  | {
      readonly type: "command-start";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly source: string;
      readonly place: Place;
      /** The path in the workspace, where the block is a file; `source` is its text as in the lesson. */
      readonly file?: string;
      /** It stands in a comment: whoever shows the run announces it. */
      readonly hidden?: true;
      /** It changes the learner's machine. */
      readonly host?: true;
      /** The name of a block that goes on running; its `command-end` comes when it is ready. */
      readonly background?: string;
    }
  /** A background block came to its end; `how` says whether that was wanted. */
  | {
      readonly type: "background-end";
      readonly at: number;
      readonly lesson: string;
      readonly name: string;
      readonly place: Place;
      readonly how: "stopped" | "by-itself";
      readonly status: number | undefined;
      /** Head and tail of what it printed, bounded. */
      readonly output: string;
    }
  | { readonly type: "output"; readonly lesson: string; readonly step: string; readonly text: string }
  | {
      readonly type: "command-end";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly place: Place;
      /** Undefined where the block did not end by itself, and where it goes on running. */
      readonly status: number | undefined;
      readonly durationMs: number;
      /** Head and tail of the output, bounded. */
      readonly output: string;
      readonly totalBytes: number;
      /** Undefined where nothing asserted this command's output. */
      readonly constrained: Constrained | undefined;
      /** The kinds by which `like=kubectl` compared what is not as on the page; absent where there are none. */
      readonly normalisers?: readonly string[];
      /** Under proof: how many wrong outputs were refused. */
      readonly proof?: ProofCount;
    }
  | {
      readonly type: "check-start";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly check: string;
      readonly title: string;
      readonly place: Place;
    }
  | {
      readonly type: "check-waiting";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly check: string;
      readonly tries: number;
      readonly whys: readonly string[];
    }
  | {
      readonly type: "check-end";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly check: string;
      readonly title: string;
      readonly place: Place;
      readonly verdict: CheckVerdict;
      readonly durationMs: number;
      readonly tries: number;
      /** Under proof, for a check that compares an output. */
      readonly proof?: ProofCount;
    }
  | {
      readonly type: "step-end";
      readonly at: number;
      readonly lesson: string;
      readonly step: string;
      readonly section: string;
      readonly place: Place;
      readonly contentHash: string;
      readonly verdict: StepVerdict;
      readonly durationMs: number;
      /** Commands run in this step, and how many of them something asserted (an expectation, a check, an exit rule). */
      readonly commands: number;
      readonly asserted: number;
      /** Nobody asked for it: a step that was asked for builds on it. */
      readonly prerequisite?: true;
    }
  | {
      readonly type: "cleanup-end";
      readonly at: number;
      readonly lesson: string;
      readonly place: Place;
      readonly status: number | undefined;
      readonly output: string;
      readonly verdict: StepVerdict;
    }
  | { readonly type: "note"; readonly at: number; readonly lesson: string | undefined; readonly text: string }
  | {
      readonly type: "lesson-end";
      readonly at: number;
      readonly lesson: string;
      readonly outcome: "passed" | "failed" | "skipped";
      readonly durationMs: number;
      readonly reason?: string;
    }
  | { readonly type: "run-end"; readonly at: number; readonly durationMs: number; readonly interrupted: boolean };

/** Wrong outputs tried and refused, and the words (values, labels) of which another one would be noticed. */
export type ProofCount = Pick<Proof, "tried" | "refused" | "words">;

/** The checkpoint is reported as a step of this id, so that every view treats it alike. */
export const CHECKPOINT_STEP = "checkpoint";
