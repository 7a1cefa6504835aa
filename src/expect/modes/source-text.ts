import type { Place } from "../../diagnostics/index.ts";
import type { SourceLine } from "../expectation.ts";

/** An expectation's body as one text, with the way from its offsets back to the lesson. */
export interface SourceText {
  readonly text: string;
  placeOf(start: number, end: number): Place;
}

/** Lines may stand indented in the lesson (in a list): each has a place of its own. */
export function sourceText(lines: readonly SourceLine[], fence: Place): SourceText {
  const text = lines.map((line) => line.text).join("\n");
  return { text, placeOf: (start, end) => placeIn(lines, fence, { start, end }) };
}

function placeIn(lines: readonly SourceLine[], fence: Place, range: { start: number; end: number }): Place {
  let from = 0;
  for (const { text, place } of lines) {
    const to = from + text.length;
    if (range.start <= to) {
      const column = range.start - from;
      const offset = place.offset + column;
      const endOffset = place.offset + Math.max(column, Math.min(range.end, to) - from);
      return { ...place, column: place.column + column, offset, endOffset };
    }
    from = to + 1;
  }
  return lines.at(-1)?.place ?? fence;
}
