import { renderTemplate, TemplateError } from "./go-template.ts";
import type { ToolContext } from "./tool.ts";

/** How the programs print what they were asked for. Each returns the exit code 0. */

/** One line for each value, by a template. Errors: TemplateError. */
export function formatted(context: ToolContext, format: string, values: readonly unknown[]): number {
  if (format.startsWith("table")) throw new TemplateError("`table` is not simulated");
  const template = format === "json" ? "{{json .}}" : format;
  return lines(
    context,
    values.map((value) => renderTemplate(template, value)),
  );
}

export function lines(context: ToolContext, rows: readonly string[]): number {
  for (const row of rows) context.out(`${row}\n`);
  return 0;
}

/** Docker's tables: columns as wide as their widest cell (or `least`), three blanks between. */
export function table(
  context: ToolContext,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  least = 0,
): number {
  const widths = header.map((title, index) =>
    Math.max(least, title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const print = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd((widths[index] ?? 0) + 3))).join("");
  return lines(context, [header, ...rows].map(print));
}
