import type { Parent } from "mdast";
import type { KeyComment } from "./fence.ts";
import { rangeOf } from "./markdown.ts";
import { lineOf, type Range, rangeOfLine, type Source } from "./source.ts";

/** A list item that begins with a box, as written. What it becomes depends on the file and on its place there. */
export interface TaskItem {
  /** The whole item, from its mark to its last line. */
  readonly range: Range;
  /** The box, with a word after it where it is nearly one. */
  readonly box: Range;
  readonly kind: "open" | "ticked" | "near";
  /** Its Markdown without mark and box, its lines moved to the margin. */
  readonly markdown: string;
  /** The key comment above it. */
  readonly comment: KeyComment | undefined;
}

const BOXES: readonly (readonly [kind: TaskItem["kind"], pattern: RegExp])[] = [
  ["open", /^\[ \](?=[ \t]+\S)/],
  ["ticked", /^\[[xX]\](?=\s|$)/],
  // Not `[](url)`, `[][ref]`, `[ ]: url`: those are links.
  ["near", /^\[[ \t]*\](?![([:])\S*/],
];

/** The task that a list item is; undefined for any other item. */
export function readTask(source: Source, item: Parent): Omit<TaskItem, "comment"> | undefined {
  const first = item.children[0];
  if (first?.type !== "paragraph") return undefined;
  const [text, range] = [rangeOf(first), rangeOf(item)];
  const written = source.text.slice(text.start, text.end);
  for (const [kind, pattern] of BOXES) {
    const [box] = pattern.exec(written) ?? [];
    if (box === undefined) continue;
    return {
      kind,
      range,
      box: { start: text.start, end: text.start + box.length },
      markdown: bodyOf(source, { start: text.start + box.length, end: range.end }, text.start),
    };
  }
  return undefined;
}

/** The text after the box; the lines after the first lose as much of their beginning as stands before the item's text. */
function bodyOf(source: Source, body: Range, contentStart: number): string {
  const line = lineOf(source, contentStart);
  const width = contentStart - rangeOfLine(source, line).start;
  const margin = new RegExp(`^[ \\t>]{0,${width}}`);
  const [head = "", ...rest] = source.text.slice(body.start, body.end).split(/\r\n|\n|\r/);
  return [head.trim(), ...rest.map((text) => text.replace(margin, "").trimEnd())].join("\n").trim();
}
