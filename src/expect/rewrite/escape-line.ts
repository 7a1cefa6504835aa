import type { Place } from "../../diagnostics/index.ts";
import { parseLine } from "../parse-line.ts";
import { PLACEHOLDERS } from "../placeholders.ts";

const NOWHERE: Place = { file: "", line: 1, column: 1, offset: 0, endOffset: 0 };
const SPECIAL = new RegExp(`\\\\*(?=<(?:${PLACEHOLDERS.map(({ name }) => name).join("|")})>|\\$\\{)`, "g");
const SUFFIX = /(?<=[ \t])(?=\((?:re|regex|regexp|glob|opt|optional)\)$)/i;

/** The line of an expectation that stands for this very text; undefined where none does. */
export function escapeLine(text: string): string | undefined {
  const inside = text.replaceAll(SPECIAL, (slashes) => `${slashes}${slashes}\\`).replace(SUFFIX, "\\");
  const indent = /^[ \t]*/.exec(inside)?.[0] ?? "";
  const quoted = `${indent}\\${inside.slice(indent.length)}`;
  return [text, inside, quoted].find((line) => isText(line, text));
}

function isText(line: string, text: string): boolean {
  const { line: parsed } = parseLine({ text: line, place: NOWHERE });
  return parsed?.kind === "literal" && parsed.text === text.trimEnd();
}
