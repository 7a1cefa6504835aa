import type { Code } from "mdast";
import type { SourceLine } from "../expect/index.ts";
import type { Findings } from "./findings.ts";
import { rangeOf } from "./markdown.ts";
import { lineOf, placeOf, type Range, rangeOfLine, type Source } from "./source.ts";

/** A fenced code block as written: nothing is judged yet. */
export interface Fence {
  /** From the opening marker to the end of the closing one. */
  readonly range: Range;
  readonly language: string;
  readonly languageRange: Range;
  /** The info string after the language, blanks around it left out; empty when there is none. */
  readonly meta: Range;
  /** The keys' text in the comment on the line above. */
  readonly comment: Range | undefined;
  /** It stands inside a comment. */
  readonly isHidden: boolean;
  /** The block with its key comment, or what is its part of the comment around it: what a step owns. */
  readonly owned: Range;
  /** Body lines, indentation of the container removed; the line number is exact, as is the offset of each first character. */
  readonly body: readonly SourceLine[];
}

/** The key comment that stands above a fence: the whole comment, and the text after `li:`. */
export interface KeyComment {
  readonly range: Range;
  readonly keys: Range;
}

/** Read a fence from the source by offset: CommonMark unescapes info strings, and its value has lost its places. */
export function readFence(
  source: Source,
  node: Code,
  found: { readonly isClosed: boolean; readonly comment: KeyComment | undefined; readonly findings: Findings },
): Fence {
  const range = rangeOf(node);
  const opening = {
    start: range.start,
    end: Math.min(range.end, rangeOfLine(source, lineOf(source, range.start)).end),
  };
  const marker = /^(?:`+|~+)/.exec(source.text.slice(opening.start, opening.end))?.[0] ?? "```";
  const info = readInfo(source.text, { start: opening.start + marker.length, end: opening.end });
  const body = readBody(source, node, found.isClosed);
  if (!found.isClosed) {
    const message = `The fence has no end, expected a line of "${marker}"`;
    found.findings.add("LI002", opening, message, "close it at the same depth of list or quote as it begins");
  }
  reportSwallowed(marker, body, found.findings);
  const owned = { start: found.comment?.range.start ?? range.start, end: range.end };
  return { range, ...info, comment: found.comment?.keys, isHidden: false, owned, body };
}

function readInfo(text: string, line: Range): Pick<Fence, "language" | "languageRange" | "meta"> {
  const match = /^([ \t]*)([^ \t]*)([ \t]*)(.*?)[ \t]*$/s.exec(text.slice(line.start, line.end));
  const [, before = "", language = "", between = "", meta = ""] = match ?? [];
  const start = line.start + before.length;
  const metaStart = start + language.length + between.length;
  return {
    language,
    languageRange: { start, end: start + language.length },
    meta: { start: metaStart, end: metaStart + meta.length },
  };
}

/**
 * Each line of the parser's value is the end of its line in the file: containers and indentation are taken from the
 * front. Only a tab that the parser split into blanks, and NUL, which it replaces, differ.
 */
function readBody(source: Source, node: Code, isClosed: boolean): readonly SourceLine[] {
  const first = (node.position?.start.line ?? 1) + 1;
  const last = (node.position?.end.line ?? 1) - (isClosed ? 1 : 0);
  const values = node.value.split(/\r\n|\n|\r/);
  const lines: SourceLine[] = [];
  for (let line = first; line <= last; line++) {
    const range = rangeOfLine(source, line);
    const length = endLength(source.text.slice(range.start, range.end), values[line - first] ?? "");
    const start = range.end - length;
    const indent = values[line - first]?.slice(0, (values[line - first] ?? "").length - length) ?? "";
    const text = indent + source.text.slice(start, range.end);
    lines.push({ text, place: placeOf(source, { start, end: range.end }) });
  }
  return lines;
}

/** How many characters the ends of a file's line and of the parser's line share. */
function endLength(line: string, value: string): number {
  const shown = line.replaceAll("\0", "\uFFFD");
  if (shown.endsWith(value)) return value.length;
  let length = 0;
  while (length < value.length && shown.at(-1 - length) === value.at(-1 - length)) length++;
  return length;
}

/** A line in a body that looks like the block's own marker: its end is misspelt, and the blocks after it are gone. */
function reportSwallowed(marker: string, body: readonly SourceLine[], findings: Findings): void {
  const line = body.find((candidate) => candidate.text.trimStart().startsWith(marker));
  if (line === undefined) return;
  const message = `"${line.text.trim()}" stands inside a block, expected the block to end before it`;
  const hint = `end the block with a line of "${marker}" alone, or begin it with a longer marker`;
  findings.addAt("LI003", line.place, message, hint);
}
