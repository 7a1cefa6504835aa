import type { RunEvent } from "../run/index.ts";
import type { Look } from "./style.ts";

/** One way to write a run down. What `accept` gives for each event, put one after the other, is the report. */
export interface Reporter {
  accept(event: RunEvent): string;
}

export interface ReporterOptions extends Look {
  /** Also show the commands and output of what passed. */
  readonly verbose?: boolean;
  /** The text of a lesson's file, for renderers that show its lines. */
  readonly sourceOf?: (file: string) => string | undefined;
}
