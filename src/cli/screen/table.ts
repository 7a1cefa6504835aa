import { columnsOf } from "../../text/index.ts";
import { indent, wrapText } from "./lines.ts";

/**
 * Rows as columns where they fit in the width, else each row as a small list, its first cell as its title: on a narrow
 * terminal a wrapped table cannot be read. The first row is the header.
 */
export function renderTable(rows: readonly (readonly string[])[], width: number): string {
  const widths = columnWidths(rows);
  const total = widths.reduce((sum, one) => sum + one, 0) + 2 * Math.max(0, widths.length - 1);
  if (total <= width) return rows.map((row) => renderRow(row, widths)).join("\n");
  const [header = [], ...body] = rows;
  return body.map((row) => renderAsList(header, row, width)).join("\n");
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
  }
  return widths;
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell))))
    .join("  ")
    .trimEnd();
}

function renderAsList(header: readonly string[], row: readonly string[], width: number): string {
  const [title = "", ...rest] = row;
  const lines = rest.map((cell, index) => {
    const name = header[index + 1] ?? "";
    return indent(wrapText(name === "" ? cell : `${name}: ${cell}`, width - 2), "  ");
  });
  return [wrapText(title, width), ...lines].join("\n");
}
