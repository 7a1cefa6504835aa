import type { Place } from "../../src/diagnostics/index.ts";

/** Every place in a value, however deep. */
export function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(placesIn);
  return "endOffset" in value ? [value as Place, ...inner] : inner;
}

/** Lines as CommonMark ends them. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

/** Is it inside the text, and do line and column say the same as its offset? */
export function isTrue(place: Place, text: string): boolean {
  const before = linesOf(text.slice(0, place.offset));
  const column = (before.at(-1)?.replace(/^\uFEFF/, "").length ?? 0) + 1;
  const isInside = place.offset >= 0 && place.offset <= place.endOffset && place.endOffset <= text.length;
  return isInside && place.line === before.length && place.column === column;
}
