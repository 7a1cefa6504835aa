/** RunEvents and findings to text: one renderer a file, all pure. */
export { renderBackgroundEnd } from "./background.ts";
export { renderChanges } from "./changes.ts";
export { renderDiagnostics } from "./diagnostics.ts";
export { renderDiff } from "./diff.ts";
export type { Problem, Reporter } from "./reporter.ts";
export { createReporter, REPORTERS } from "./reporters.ts";
export { renderCheckVerdict, renderVerdict } from "./verdict.ts";
