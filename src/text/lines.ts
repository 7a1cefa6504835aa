/**
 * The lines of a text, without their ends. `\n` and `\r\n` end a line; an end at the very end of the text does not
 * begin another line, and an empty text has no lines.
 */
export function splitLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return text.includes("\r") ? lines.map(withoutCarriageReturn) : lines;
}

function withoutCarriageReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
