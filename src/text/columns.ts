import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

// Printable ASCII needs neither package, and both take longer to load than most commands to run: they are called for the rest.
const PLAIN = /^[ -~\n]*$/;

/** Columns that a text takes on a terminal. */
export function columnsOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** Wrap at blanks; a word longer than a line (an address) is left whole, so that it can be copied. */
export function wrapWords(text: string, columns: number): string {
  if (!PLAIN.test(text)) return wrapAnsi(text, columns, { hard: false, trim: true });
  return text
    .split("\n")
    .map((line) => wrapLine(line, columns))
    .join("\n");
}

/** Runs of blanks stay within a line and go where it is broken. */
function wrapLine(line: string, columns: number): string {
  const rows: string[] = [];
  let row = "";
  for (const word of line.trim().split(" ")) {
    if (row.length >= columns) row = nextRow(rows, row);
    if (row !== "") row += " ";
    if (row !== "" && word !== "" && row.length + word.length > columns) row = nextRow(rows, row);
    row += word;
  }
  rows.push(row);
  return rows.map((one) => one.trimEnd()).join("\n");
}

function nextRow(rows: string[], row: string): "" {
  rows.push(row);
  return "";
}
