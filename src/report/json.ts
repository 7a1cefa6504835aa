import { RUN_EVENT_VERSION } from "../run/index.ts";
import type { Reporter } from "./reporter.ts";

/**
 * The RunEvent stream as JSON lines; each `run-start` carries the version. Two lines that are no RunEvents may stand around
 * it: `findings` before, `problem` at the end. `lessons/report.schema.json` describes a line.
 */
export function createJsonReporter(): Reporter {
  const line = (value: object): string => `${JSON.stringify(value)}\n`;
  return {
    findings: (findings) =>
      findings.length === 0 ? "" : line({ type: "findings", version: RUN_EVENT_VERSION, findings }),
    accept: line,
    end: (problem) => (problem === undefined ? "" : line({ type: "problem", version: RUN_EVENT_VERSION, ...problem })),
  };
}
