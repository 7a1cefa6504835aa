import wrapAnsi from "wrap-ansi";

/** Wrap at blanks; a word longer than a line (an address) is left whole, so that it can be copied. */
export function wrapText(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: false, trim: true });
}

/** Put `prefix` before every line; a line that stays empty gets none of its trailing blanks. */
export function indent(text: string, prefix: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? prefix.trimEnd() : prefix + line))
    .join("\n");
}
