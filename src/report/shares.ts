import stringWidth from "string-width";
import type { DiffLine } from "../expect/index.ts";
import type { Style } from "./style.ts";

type ShareRow = DiffLine & { readonly kind: "share" };

/**
 * A distribution for reading: each label with the share that it is to have and what was counted.
 *
 *     label       expected  found
 *     reviews-v1      60 %    450 (45.0 %)
 */
export function renderShares(rows: readonly ShareRow[], style: Style): string {
  const cells = rows.map(({ label, expected, found, of }) => [
    style.clean(label),
    expected === undefined ? "-" : percent(expected),
    String(found),
    of === 0 ? "" : `(${(100 * (found / of)).toFixed(1)} %)`,
  ]);
  const table = [["label", "expected", "found", ""], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => stringWidth(row[column] ?? ""))));
  return table
    .map(([label = "", expected = "", found = "", share = ""], index) => {
      const name = label + " ".repeat((widths[0] ?? 0) - stringWidth(label));
      const line =
        `${name}  ${expected.padStart(widths[1] ?? 0)}  ${found.padStart(widths[2] ?? 0)} ${share}`.trimEnd();
      return index === 0 ? style.chalk.dim(line) : line;
    })
    .join("\n");
}

/** Shares as people write them: `60 %`, `33.3 %`. */
function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
