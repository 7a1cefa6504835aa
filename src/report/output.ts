import { plural, splitLines } from "../text/index.ts";
import type { Style } from "./style.ts";

/** Lines shown of an output, from its end: that is where the error stands. */
const MAX_LINES = 20;
/** Lines of a command shown on either side of the failing one. */
const SOURCE_CONTEXT = 4;

/** The end of what a command printed, behind a gutter. */
export function renderOutput(output: string, style: Style, title = "output"): string {
  const lines = splitLines(output);
  const shown = lines.slice(-MAX_LINES);
  const before = lines.length - shown.length;
  const head = before === 0 ? `${title}:` : `${title}, after ${plural(before, "line")} not shown:`;
  return [style.chalk.dim(head), ...shown.map((line) => `| ${style.clean(line)}`.trimEnd())].join("\n");
}

/** A command's source with its line numbers in the lesson; `>` marks the failing line. */
export function renderSource(source: string, firstLine: number, failingLine: number, style: Style): string {
  const lines = splitLines(source);
  const failing = Math.min(Math.max(failingLine - firstLine, 0), lines.length - 1);
  const from = Math.max(0, failing - SOURCE_CONTEXT);
  const shown = lines.slice(from, failing + SOURCE_CONTEXT + 1);
  const gutter = String(firstLine + from + shown.length - 1).length;
  return shown
    .map((line, index) => {
      const isFailing = from + index === failing;
      const text = `${isFailing ? ">" : " "} ${String(firstLine + from + index).padStart(gutter)}  ${style.clean(line)}`;
      return isFailing ? style.chalk.bold(text.trimEnd()) : text.trimEnd();
    })
    .join("\n");
}
