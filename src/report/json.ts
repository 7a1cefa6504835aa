import type { Reporter } from "./reporter.ts";

/** The RunEvent stream as JSON lines; the first, `run-start`, carries the version. */
export function createJsonReporter(): Reporter {
  return { accept: (event) => `${JSON.stringify(event)}\n` };
}
