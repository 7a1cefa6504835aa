import type { DiffLine } from "../expect/index.ts";
import { plural } from "../text/index.ts";
import { renderShares } from "./shares.ts";
import { type Look, type Style, styleOf } from "./style.ts";

/** Equal lines shown on either side of a difference. */
const CONTEXT_ROWS = 2;
/** Rows shown in all; what follows is counted. */
const MAX_ROWS = 40;
/** Columns shown of one line: a minified JSON document must not fill the screen. */
const MAX_COLUMNS = 400;

/**
 * A line diff for reading: the line number of the lesson, `-` before what was expected, `+` before what was found.
 *
 *     - expected, + found
 *     12   NAME         READY
 *     13 - reviews-v1   1/1
 *        + reviews-v1   0/1
 */
export function renderDiff(diff: readonly DiffLine[], look?: Partial<Look>): string {
  const style = styleOf(look);
  const rows = bounded(nearDifferences(diff));
  const gutter = Math.max(0, ...rows.map((row) => ("place" in row ? String(row.place.line).length : 0)));
  if (rows.length > 0 && rows.every((row) => row.kind === "share")) return renderShares(rows, style);
  const legend = `${style.chalk.red("- expected")}, ${style.chalk.green("+ found")}`;
  const isDocument = rows.some((row) => row.kind === "value");
  return [...(isDocument ? [] : [legend]), ...rows.flatMap((row) => renderRow(row, gutter, style))].join("\n");
}

function renderRow(row: DiffLine, gutter: number, style: Style): readonly string[] {
  const { chalk, clean } = style;
  const number = "place" in row ? String(row.place.line).padStart(gutter) : " ".repeat(gutter);
  const blank = " ".repeat(gutter);
  const note = "note" in row && row.note !== undefined ? [chalk.dim(`${blank}   (${clean(row.note)})`)] : [];
  switch (row.kind) {
    case "same":
      return [`${number}   ${clean(cut(row.found))}`];
    case "changed":
      return [
        `${number} ${chalk.red(`- ${clean(cut(row.expected))}`)}`,
        `${blank} ${chalk.green(`+ ${clean(cut(row.found))}`)}`,
        ...note,
      ];
    case "missing":
      return [`${number} ${chalk.red(`- ${clean(cut(row.expected))}`)}`, ...note];
    case "unexpected":
      return [`${blank} ${chalk.green(`+ ${clean(cut(row.found))}`)}`, ...note];
    case "value":
      return [`${number}   ${valueText(row, style)}`, ...note];
    case "share":
      return [];
    case "elided":
      return [chalk.dim(`${blank}   ... ${plural(row.count, "line")} not shown ...`)];
  }
}

/** `$.items[0].status.phase: found "Pending", expected "Running"` */
function valueText(row: DiffLine & { readonly kind: "value" }, { chalk, clean }: Style): string {
  const found = row.found === undefined ? "not found" : `found ${clean(cut(row.found))}`;
  return `${clean(row.path)}: ${chalk.green(found)}, ${chalk.red(`expected ${clean(cut(row.expected))}`)}`;
}

/** Only the equal lines near a difference; runs of others are counted. */
function nearDifferences(diff: readonly DiffLine[]): readonly DiffLine[] {
  const rows: DiffLine[] = [];
  let lastDifference = Number.NEGATIVE_INFINITY;
  let nextDifference = nextFrom(diff, 0);
  for (const [index, row] of diff.entries()) {
    if (index > nextDifference) nextDifference = nextFrom(diff, index);
    if (row.kind !== "same") lastDifference = index;
    const near = index - lastDifference <= CONTEXT_ROWS || nextDifference - index <= CONTEXT_ROWS;
    if (near && row.kind !== "elided") rows.push(row);
    else elide(rows, row.kind === "elided" ? row.count : 1);
  }
  return rows;
}

function nextFrom(diff: readonly DiffLine[], from: number): number {
  for (let index = from; index < diff.length; index += 1) {
    const kind = diff[index]?.kind;
    if (kind !== "same" && kind !== "elided") return index;
  }
  return Number.POSITIVE_INFINITY;
}

function elide(rows: DiffLine[], count: number): void {
  const last = rows.at(-1);
  if (last?.kind === "elided") rows[rows.length - 1] = { kind: "elided", count: last.count + count };
  else rows.push({ kind: "elided", count });
}

function bounded(rows: readonly DiffLine[]): readonly DiffLine[] {
  if (rows.length <= MAX_ROWS) return rows;
  const rest = rows.slice(MAX_ROWS);
  const count = rest.reduce((sum, row) => sum + (row.kind === "elided" ? row.count : 1), 0);
  const kept = rows.slice(0, MAX_ROWS);
  elide(kept as DiffLine[], count);
  return kept;
}

function cut(line: string): string {
  return line.length <= MAX_COLUMNS ? line : `${line.slice(0, MAX_COLUMNS)}…`;
}
