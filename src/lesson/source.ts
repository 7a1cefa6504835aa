import type { Place } from "../diagnostics/index.ts";

/**
 * A lesson's text with an index of its lines. Offsets inside this room count from the first character after a byte
 * order mark, as the Markdown parser counts; `placeOf` turns them into offsets of the file.
 */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** 1 when the file begins with a byte order mark, which `text` leaves out. */
  readonly skipped: 0 | 1;
  /** Offset of each line's first character. */
  readonly lineStarts: readonly number[];
}

/** Offsets of a value in `Source.text`: start, and end just past it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function createSource(path: string, fileText: string): Source {
  const skipped = fileText.startsWith("\uFEFF") ? 1 : 0;
  const text = fileText.slice(skipped);
  const lineStarts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(match.index + match[0].length);
  return { path, text, skipped, lineStarts };
}

export function placeOf(source: Source, { start, end }: Range): Place {
  const line = lineOf(source, start);
  const column = start - (source.lineStarts[line - 1] ?? 0) + 1;
  return { file: source.path, line, column, offset: start + source.skipped, endOffset: end + source.skipped };
}

/** The line of an offset, counted from 1. */
export function lineOf({ lineStarts }: Source, offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Where a line (counted from 1) begins and ends, its line ending left out. */
export function rangeOfLine({ lineStarts, text }: Source, line: number): Range {
  const start = lineStarts[line - 1] ?? text.length;
  let end = lineStarts[line] ?? text.length;
  while (end > start && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return { start, end };
}
