import { splitLines, stripAnsi } from "../text/index.ts";
import type { ExpectationMode } from "./expectation.ts";

/** An output's lines, twice: as shown to people and as compared; both of the same length. */
export interface FoundLines {
  readonly shown: readonly string[];
  readonly compared: readonly string[];
}

/** The lines of an output: as they are in `exact`; else without control sequences, trailing blanks and trailing empty lines. */
export function foundLines(output: string, mode: ExpectationMode): FoundLines {
  if (mode === "exact") {
    const lines = output.split("\n");
    if (lines.at(-1) === "") lines.pop();
    return { shown: lines, compared: lines };
  }
  const text = stripAnsi(output);
  const isPlain = !/\t| (?:[ \r\n]|$)/.test(text);
  const shown = isPlain ? splitLines(text) : splitLines(text).map(trimBlanks);
  while (shown.at(-1) === "") shown.pop();
  return { shown, compared: isPlain ? shown : shown.map((line) => collapseBlanks(line, "line-start")) };
}

/** Runs of blanks become one, except the indentation of a line's start. */
export function collapseBlanks(text: string, from: "line-start" | "inside"): string {
  if (!/[ \t][ \t]|\t/.test(text)) return text;
  const indent = from === "line-start" ? (/^[ \t]*/.exec(text)?.[0] ?? "") : "";
  return indent + text.slice(indent.length).replace(/[ \t]+/g, " ");
}

/** A loop, not `/[ \t]+$/`: that is quadratic in a line of blanks. */
export function trimBlanks(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === " " || line[end - 1] === "\t")) end--;
  return end === line.length ? line : line.slice(0, end);
}
