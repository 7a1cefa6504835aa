import { columnsOf, wrapWords } from "../../text/index.ts";
import { breakIdeographs } from "./ideographs.ts";

/** Wrap at blanks and ideographs; a word longer than a line (an address) is left whole, so that it can be copied. */
export function wrapText(text: string, width: number): string {
  return wrapWords(breakIdeographs(text, width), width);
}

/** Put `prefix` before every line; a line that stays empty gets none of its trailing blanks. */
export function indent(text: string, prefix: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? prefix.trimEnd() : prefix + line))
    .join("\n");
}

/** Parts side by side; one that does not fit any more begins a new line, behind `lead`. None is broken unless it must be. */
export function flow(parts: readonly string[], separator: string, width: number, lead = ""): string {
  const [first = "", ...rest] = parts;
  const lines = [first];
  for (const part of rest) {
    const longer = `${lines.at(-1)}${separator}${part}`;
    if (columnsOf(longer) <= width) lines[lines.length - 1] = longer;
    else {
      lines[lines.length - 1] += separator.trimEnd();
      lines.push(lead + part);
    }
  }
  return lines.map((line) => (columnsOf(line) <= width ? line : wrapText(line, width))).join("\n");
}

/** A line of a list: what does not fit stands to the right of its mark. */
export function item(mark: string, text: string, width: number): string {
  const lead = " ".repeat(mark.length + 1);
  return `${mark} ${indent(wrapText(text, width - lead.length), lead).slice(lead.length)}`;
}
