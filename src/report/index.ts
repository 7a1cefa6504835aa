/** RunEvents and findings to text: one renderer a file, all pure. */
export { renderDiagnostics } from "./diagnostics.ts";
export { renderDiff } from "./diff.ts";
export type { Reporter, ReporterOptions } from "./reporter.ts";
export { createReporter, REPORTERS, type ReporterName } from "./reporters.ts";
export type { Look } from "./style.ts";
export { renderCheckVerdict, renderVerdict } from "./verdict.ts";
