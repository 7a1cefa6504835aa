import { type Diagnostic, formatPlace } from "../diagnostics/index.ts";
import { plural, sourceFrame } from "../text/index.ts";
import { indented, type Look, type Style, styleOf } from "./style.ts";

/**
 * Findings for reading, in the order of their places: one line each, the source line under it, what to do next, and
 * the counts at the end. Empty for no findings.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  sourceOf: (file: string) => string | undefined,
  look?: Partial<Look>,
): string {
  if (diagnostics.length === 0) return "";
  const style = styleOf(look);
  const findings = diagnostics.toSorted(byPlace).map((diagnostic) => renderOne(diagnostic, sourceOf, style));
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const counts = `${plural(errors, "error")}, ${plural(diagnostics.length - errors, "warning")}`;
  return `${findings.join("\n")}\n${counts}\n`;
}

function renderOne(
  { code, severity, message, hint, place }: Diagnostic,
  sourceOf: (file: string) => string | undefined,
  { chalk, clean }: Style,
): string {
  const word = severity === "error" ? chalk.red("error") : chalk.yellow("warning");
  const lines = [`${chalk.bold(clean(formatPlace(place)))} ${word} ${code} ${clean(message)}`];
  const source = sourceOf(place.file);
  if (source !== undefined) lines.push(indented(clean(sourceFrame(source, place)), "  "));
  if (hint !== undefined) lines.push(`  hint: ${clean(hint)}`);
  return `${lines.join("\n")}\n`;
}

function byPlace({ place: a }: Diagnostic, { place: b }: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
