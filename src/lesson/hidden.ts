import type { Code } from "mdast";
import { truncateMiddle } from "../text/index.ts";
import { readKeys } from "./block-keys.ts";
import { type Fence, readFence } from "./fence.ts";
import { createFindings, type Findings } from "./findings.ts";
import { parseMarkdown, rangeOf } from "./markdown.ts";
import { lineOf, type Range, rangeOfLine, type Source } from "./source.ts";
import { reportCommentFence, reportCutFence } from "./strays.ts";

/**
 * The fences with the flag `hidden` of a whole comment, whose content is Markdown of its own. Whatever else stands there
 * would reach nobody and is an error, except fences without the flag: they are inert, as in any comment.
 */
export function readHidden(source: Source, comment: Range, findings: Findings): readonly Fence[] {
  const inner = { start: comment.start + "<!--".length, end: comment.end - "-->".length };
  const { root, closedFences } = parseMarkdown(source.text.slice(inner.start, inner.end));
  const lines = lineOf(source, inner.start) - 1;
  const fences: Fence[] = [];
  for (const node of root.children) {
    const moved = rangeOf(node);
    const range = { start: moved.start + inner.start, end: moved.end + inner.start };
    if (node.type !== "code" || !/[`~]/.test(source.text[range.start] ?? "")) reportWords(source, range, findings);
    else if (!closedFences.has(node)) {
      const opening = { start: range.start, end: rangeOfLine(source, lineOf(source, range.start)).end };
      reportCutFence(opening, source.text.slice(opening.start, opening.end).trimEnd(), findings);
    } else {
      const found = { isClosed: true, comment: undefined, findings };
      const fence = readFence(source, move(node, inner.start, lines), found);
      if (hasFlag(source, fence)) fences.push({ ...fence, isHidden: true });
      else reportCommentFence(fence.range, findings);
    }
  }
  return fences.map((fence, index) => {
    const start = fences[index - 1]?.range.end ?? comment.start;
    return { ...fence, owned: { start, end: index === fences.length - 1 ? comment.end : fence.range.end } };
  });
}

function reportWords(source: Source, range: Range, findings: Findings): void {
  const text = truncateMiddle(source.text.slice(range.start, range.end).split("\n")[0] ?? "", 60);
  const message = `\`${text.trim()}\` stands in a comment with hidden blocks, expected nothing but fences`;
  const hint =
    "nobody would read it: put it into a comment of its own; a fence begins at most 3 blanks from the margin";
  findings.add("LI039", range, message, hint);
}

function hasFlag(source: Source, fence: Fence): boolean {
  return readKeys(source, fence, createFindings(source)).some((key) => key.name === "hidden");
}

/** The node as the parser would have placed it in the whole file. */
function move(node: Code, offset: number, lines: number): Code {
  const { position } = node;
  if (position === undefined) return node;
  const point = (at: typeof position.start) => ({ ...at, line: at.line + lines, offset: (at.offset ?? 0) + offset });
  return { ...node, position: { start: point(position.start), end: point(position.end) } };
}
