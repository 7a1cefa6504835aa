/**
 * Text in columns as Go's tabwriter prints it: each as wide as its widest cell and `padding` blanks more; the last cell of a
 * line is not padded, even where it is empty.
 */
export function columns(rows: readonly (readonly string[])[], padding: number): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.slice(0, -1).entries()) {
      widths[index] = Math.max(widths[index] ?? 0, [...cell].length);
    }
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, index) =>
        index === row.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) + padding - [...cell].length),
      );
      return `${cells.join("")}\n`;
    })
    .join("");
}
