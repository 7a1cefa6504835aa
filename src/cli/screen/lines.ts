import { wrapWords } from "../../text/index.ts";

/** Wrap at blanks; a word longer than a line (an address) is left whole, so that it can be copied. */
export function wrapText(text: string, width: number): string {
  return wrapWords(text, width);
}

/** Put `prefix` before every line; a line that stays empty gets none of its trailing blanks. */
export function indent(text: string, prefix: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? prefix.trimEnd() : prefix + line))
    .join("\n");
}
