import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

// Plain English needs neither package, and both take longer to load than most commands to run: they are called for the rest.

/** Words of printable ASCII, one blank between two: there is one way to wrap that. */
const PLAIN = /^[!-~]+(?:[ \n][!-~]+)*$/;

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

function wrapLine(line: string, columns: number): string {
  let wrapped = "";
  let used = 0;
  for (const word of line.split(" ")) {
    const fits = used === 0 || used + 1 + word.length <= columns;
    wrapped += used === 0 ? word : fits ? ` ${word}` : `\n${word}`;
    used = fits && used > 0 ? used + 1 + word.length : word.length;
  }
  return wrapped;
}
