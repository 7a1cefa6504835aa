/** The text within `max` characters: where it is longer, its middle is replaced by `…`. Never cuts a surrogate pair. */
export function truncateMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const kept = Math.max(0, max - 1);
  const head = Math.ceil(kept / 2);
  const tail = kept - head;
  return `${characters.slice(0, head).join("")}…${tail === 0 ? "" : characters.slice(-tail).join("")}`;
}
