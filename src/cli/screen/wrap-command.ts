import { scanShell } from "../../lesson/index.ts";
import { columnsOf } from "../../text/index.ts";

/**
 * A command's lines within `width`, broken as bash itself reads on: behind a backslash, where a blank parts two words. What
 * is copied from the screen is the same command; a word, a quoted text or a here-document is never broken.
 */
export function wrapCommand(source: string, width: number): readonly string[] {
  const lines = source.split("\n");
  if (lines.every((line) => columnsOf(line) <= width)) return lines;
  const { kindAt } = scanShell(source);
  const mayBreak = (offset: number): boolean =>
    source[offset] === " " && kindAt(offset) === "code" && /[^\s\\]/.test(source[offset - 1] ?? " ");
  let start = 0;
  return lines.flatMap((line) => {
    const parts = columnsOf(line) <= width ? [line] : wrapLine(line, width, (at) => mayBreak(start + at));
    start += line.length + 1;
    return parts;
  });
}

const GOES_ON = " \\";
const LEAD = "  ";

function wrapLine(line: string, width: number, mayBreak: (at: number) => boolean): string[] {
  const words: string[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (!mayBreak(at)) continue;
    words.push(line.slice(from, at));
    from = at + 1;
  }
  words.push(line.slice(from));
  const rows: string[] = [];
  const lead = /^ */.exec(line)?.[0] ?? "";
  for (const [index, word] of words.entries()) {
    const row = rows.at(-1);
    const mark = index === words.length - 1 ? "" : GOES_ON;
    if (row !== undefined && columnsOf(`${row} ${word}${mark}`) <= width) rows[rows.length - 1] = `${row} ${word}`;
    else rows.push(row === undefined ? word : `${lead}${LEAD}${word.trimStart()}`);
  }
  return rows.map((row, index) => (index === rows.length - 1 ? row : row + GOES_ON));
}
