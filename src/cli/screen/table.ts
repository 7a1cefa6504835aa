import { columnsOf } from "../../text/index.ts";
import { indent, wrapText } from "./lines.ts";

/** How a table is shown. */
export interface TableStyle {
  readonly width: number;
  readonly align?: readonly ("left" | "right" | "center" | null)[];
  readonly bold?: (text: string) => string;
}

type Rows = readonly (readonly string[])[];

const GAP = "  ";
/** Narrower than this a column of sentences cannot be read. */
const READABLE = 16;

/**
 * Rows as columns, wrapped within their cells where they do not fit otherwise; where even that cannot be read, each row as
 * a small list, its first cell as its title. The first row is the header.
 */
export function renderTable(rows: Rows, style: TableStyle): string {
  const natural = columnWidths(rows, columnsOf);
  const widths = sum(natural) + gaps(natural) <= style.width ? natural : narrowed(rows, natural, style.width);
  const [header = [], ...body] = rows;
  if (widths === undefined) return body.map((row) => renderAsList(header, row, style.width)).join("\n");
  const rule = widths.map((width) => "-".repeat(width)).join(GAP);
  const { bold = (text: string) => text } = style;
  const lines = body.map((row) => renderRow(row, widths, style));
  // Rows that go on over several lines are told apart by a blank one.
  const isWrapped = lines.some((row) => row.includes("\n"));
  const head = renderRow(header, widths, style)
    .split("\n")
    .map((line) => bold(line))
    .join("\n");
  return `${head}\n${rule}\n${lines.join(isWrapped ? "\n\n" : "\n")}`;
}

function columnWidths(rows: Rows, measure: (cell: string) => number): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, measure(cell));
  }
  return widths;
}

/** The widest columns give way until the table fits, none to less than its longest word; undefined: it cannot be read then. */
function narrowed(rows: Rows, natural: readonly number[], width: number): number[] | undefined {
  const least = columnWidths(rows, longestWord).map((longest, column) =>
    Math.max(longest, Math.min(READABLE, natural[column] ?? 0)),
  );
  const room = width - gaps(natural);
  if (sum(least) > room) return undefined;
  const widths = [...natural];
  while (sum(widths) > room) {
    const slack = widths.map((one, column) => (one > (least[column] ?? 0) ? one : 0));
    const widest = slack.indexOf(Math.max(...slack));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function longestWord(cell: string): number {
  return Math.max(0, ...cell.split(/\s+/).map(columnsOf));
}

function renderRow(row: readonly string[], widths: readonly number[], { align = [] }: TableStyle): string {
  const cells = widths.map((width, column) => wrapText(row[column] ?? "", width).split("\n"));
  const height = Math.max(...cells.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, line) =>
    cells
      .map((cell, column) => pad(cell[line] ?? "", widths[column] ?? 0, align[column] ?? "left"))
      .join(GAP)
      .trimEnd(),
  );
  return lines.join("\n");
}

function pad(cell: string, width: number, align: "left" | "right" | "center"): string {
  const missing = Math.max(0, width - columnsOf(cell));
  const before = align === "right" ? missing : align === "center" ? Math.floor(missing / 2) : 0;
  return " ".repeat(before) + cell + " ".repeat(missing - before);
}

function renderAsList(header: readonly string[], row: readonly string[], width: number): string {
  const [title = "", ...rest] = row;
  const lines = rest.map((cell, index) => {
    const name = header[index + 1] ?? "";
    return indent(wrapText(name === "" ? cell : `${name}: ${cell}`, width - 2), "  ");
  });
  return [wrapText(title, width), ...lines].join("\n");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function gaps(widths: readonly number[]): number {
  return GAP.length * Math.max(0, widths.length - 1);
}
