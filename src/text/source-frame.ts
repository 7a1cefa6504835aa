import { stripAnsi } from "./ansi.ts";
import { columnsOf } from "./columns.ts";

/** A place within a text, as findings carry it: offsets in UTF-16 code units from 0, the line counted from 1. */
interface FramePlace {
  readonly line: number;
  readonly offset: number;
  readonly endOffset: number;
}

/** Columns of source shown; a longer line is shown around the place. */
const MAX_COLUMNS = 100;

/**
 * The line of a text with carets under a place, two rows:
 *
 *     12 | timeuot=2m
 *        | ^^^^^^^
 *
 * A place that spans lines is marked to the end of its first. A place past the text's end gives an empty line.
 */
export function sourceFrame(text: string, place: FramePlace): string {
  const offset = Math.min(place.offset, text.length);
  const start = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = text.indexOf("\n", offset);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const window = windowOf({ start, end, offset });
  const before = clean(text.slice(window.start, offset));
  const marked = clean(text.slice(offset, Math.min(place.endOffset, window.end)));
  const after = clean(text.slice(Math.max(offset, Math.min(place.endOffset, window.end)), window.end));
  const lead = window.start > start ? "…" : "";
  const trail = window.end < end ? "…" : "";
  const gutter = String(place.line);
  const carets = "^".repeat(Math.max(1, columnsOf(marked)));
  return [
    `${gutter} | ${lead}${before}${marked}${after}${trail}`.trimEnd(),
    `${" ".repeat(gutter.length)} | ${" ".repeat(columnsOf(lead + before))}${carets}`,
  ].join("\n");
}

function windowOf(line: { start: number; end: number; offset: number }): { start: number; end: number } {
  if (line.end - line.start <= MAX_COLUMNS) return line;
  const start = Math.max(line.start, line.offset - MAX_COLUMNS / 2);
  return { start, end: Math.min(line.end, start + MAX_COLUMNS) };
}

/** Safe to print and of known width: a tab counts as two columns, wherever it stands. */
function clean(source: string): string {
  return stripAnsi(source.replace(/\r/g, "")).replaceAll("\t", "  ");
}
