import type { Diagnostic } from "../diagnostics/index.ts";
import type { RunEvent } from "../run/index.ts";
import type { Look } from "./style.ts";

/**
 * One way to write a run down. What the calls give, put one after the other, is the report. The order is: `findings` at
 * most once, then each event, then `end`.
 */
export interface Reporter {
  /** What the lessons' text alone shows. With an error among it nothing runs. */
  findings(findings: readonly Diagnostic[]): string;
  accept(event: RunEvent): string;
  /** `problem`: why the run never began, or did not come to its end. */
  end(problem?: Problem): string;
}

/** What ended a command before its end; `kind` says whose matter it is. */
export interface Problem {
  readonly kind: "usage" | "course" | "environment" | "interrupted" | "bug";
  readonly message: string;
  readonly hint?: string;
}

export interface ReporterOptions extends Look {
  /** Also show the commands and output of what passed. */
  readonly verbose?: boolean;
  /** The text of a lesson's file, for renderers that show its lines. */
  readonly sourceOf?: (file: string) => string | undefined;
  /** The report stands alone: what is said on stderr beside the others has to be in it. */
  readonly alone?: boolean;
  /** Names and values that belong to the run: versions. */
  readonly about?: Readonly<Record<string, string>>;
  /** What a service calls a file that we call so: its paths may begin in another folder. */
  readonly pathOf?: (file: string) => string;
  /** A word that nobody can guess. */
  readonly token?: string;
}
