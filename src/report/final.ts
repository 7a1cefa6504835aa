import type { RunRecord } from "./record.ts";
import { Recorder } from "./recorder.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

/** A reporter that writes all at the end, as a function of the whole run. */
export function finalReporter(render: (record: RunRecord, options: ReporterOptions) => string) {
  return (options: ReporterOptions): Reporter => {
    const recorder = new Recorder();
    return {
      findings: (findings) => {
        recorder.findings(findings);
        return "";
      },
      accept: (event) => {
        recorder.accept(event);
        return "";
      },
      end: (problem) => render(recorder.end(problem), options),
    };
  };
}
