import type { Code, Heading, Node, Parent, Root } from "mdast";
import { truncateMiddle } from "../text/index.ts";
import { type Fence, type KeyComment, readFence } from "./fence.ts";
import type { Findings } from "./findings.ts";
import { headingText } from "./heading.ts";
import { readHidden } from "./hidden.ts";
import { type HtmlToken, scanHtml } from "./html.ts";
import { type Markdown, rangeOf } from "./markdown.ts";
import { lineOf, type Range, type Source } from "./source.ts";
import { holdsHidden, reportCommentFences, reportStrays } from "./strays.ts";
import { readTask, type TaskItem } from "./tasks.ts";

/** What a document is made of for us, in order; prose is what lies between. `level` tells containers apart. */
export type Block =
  | { readonly kind: "heading"; readonly depth: number; readonly text: string; readonly range: Range }
  | { readonly kind: "fence"; readonly fence: Fence; readonly range: Range }
  | { readonly kind: "task"; readonly task: TaskItem; readonly range: Range }
  | {
      readonly kind: "open" | "close" | "summary";
      readonly range: Range;
      readonly text: string | undefined;
      readonly level: number;
    };

/** A document's blocks, and its inline code: what the prose says in backticks. */
export interface Blocks {
  readonly blocks: readonly Block[];
  readonly spans: readonly Span[];
}

export interface Span {
  readonly text: string;
  readonly range: Range;
}

interface Walk {
  readonly source: Source;
  readonly markdown: Markdown;
  readonly findings: Findings;
  readonly blocks: Block[];
  readonly spans: Span[];
  levels: number;
  /** Above stands the text of a footnote, to which what is indented belongs. */
  isInFootnote: boolean;
  comment: KeyComment | undefined;
}

/** Flatten the tree: lists and quotes hold blocks like any other place. Reports whatever the parser hid from us. */
export function readBlocks(source: Source, markdown: Markdown, findings: Findings): Blocks {
  const walk: Walk = {
    source,
    markdown,
    findings,
    blocks: [],
    spans: [],
    levels: 0,
    isInFootnote: false,
    comment: undefined,
  };
  visitAll(walk, markdown.root);
  dropComment(walk);
  return { blocks: walk.blocks, spans: walk.spans };
}

/** Not by recursion: a line may hold ten thousand quote marks. */
function visitAll(walk: Walk, root: Root): void {
  const frames = [{ children: root.children as readonly Node[], next: 0, level: walk.levels++ }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const child = frame.children[frame.next++];
    if (child === undefined) frames.pop();
    else {
      walk.isInFootnote = isFootnote(walk, child) || (walk.isInFootnote && child.type === "code");
      if (!TAKES_COMMENT.has(child.type)) dropComment(walk);
      if (Object.hasOwn(VISITORS, child.type)) VISITORS[child.type]?.(walk, child, frame.level);
      if (isContainer(child)) frames.push({ children: child.children, next: 0, level: walk.levels++ });
    }
  }
}

function isContainer(node: Node): node is Parent {
  return "children" in node && node.type !== "paragraph" && node.type !== "heading";
}

/** `[^1]: text` is a paragraph here, or a definition where it is one word. */
function isFootnote({ source }: Walk, node: Node): boolean {
  if (node.type !== "paragraph" && node.type !== "definition") return false;
  return source.text.startsWith("[^", rangeOf(node).start) && /^\[\^[^\]\s]+\]:/.test(textOf(source, node));
}

function textOf({ text }: Source, node: Node): string {
  const { start, end } = rangeOf(node);
  return text.slice(start, end);
}

/** What a key comment may stand above, and the list around its first item. */
const TAKES_COMMENT: ReadonlySet<string> = new Set(["code", "list", "listItem"]);

const VISITORS: Readonly<Record<string, (walk: Walk, node: Node, level: number) => void>> = {
  code: (walk, node) => visitCode(walk, node as Code),
  definition: ({ source, findings }, node) => reportStrays(source, rangeOf(node), "a link definition", findings),
  heading: (walk, node, level) => {
    visitText(walk, node as Heading, "a heading");
    if (level === 0) pushHeading(walk, node as Heading);
  },
  html: (walk, node, level) => visitHtml(walk, rangeOf(node), level),
  listItem: (walk, node) => visitItem(walk, node as Parent),
  paragraph: (walk, node) => visitText(walk, node as Parent, "a paragraph"),
};

function pushHeading({ source, blocks }: Walk, node: Heading): void {
  const range = rangeOf(node);
  blocks.push({ kind: "heading", depth: node.depth, text: headingText(node, source.text), range });
}

function visitItem(walk: Walk, item: Parent): void {
  const task = readTask(walk.source, item);
  if (task === undefined) dropComment(walk);
  else {
    const comment = takeComment(walk, task.range);
    walk.blocks.push({ kind: "task", task: { ...task, comment }, range: task.range });
  }
}

function visitCode(walk: Walk, node: Code): void {
  const { source, findings, blocks } = walk;
  const range = rangeOf(node);
  const isFenced = /[`~]/.test(source.text[range.start] ?? "");
  if (!isFenced) {
    dropComment(walk);
    // Footnotes are not Markdown to our parser; on the page the block is one.
    if (walk.isInFootnote) reportStrays(source, range, "a footnote", findings);
    else reportIndentedFence(node, findings);
    return;
  }
  const comment = takeComment(walk, range);
  const fence = readFence(source, node, { isClosed: walk.markdown.closedFences.has(node), comment, findings });
  blocks.push({ kind: "fence", fence, range: fence.owned });
}

/** The key comment that stands directly above; one that does not belongs to nothing. */
function takeComment(walk: Walk, block: Range): KeyComment | undefined {
  const { comment, source } = walk;
  const isAbove = comment !== undefined && lineOf(source, comment.range.end) + 1 === lineOf(source, block.start);
  if (!isAbove) dropComment(walk);
  walk.comment = undefined;
  return isAbove ? comment : undefined;
}

function reportIndentedFence(node: Code, findings: Findings): void {
  if (!/^[ \t]*(?:```|~~~)/m.test(node.value)) return;
  const message = "A fence inside an indented code block is shown as text and does not run";
  findings.add("LI511", rangeOf(node), message, "indent it by fewer than four blanks more than the text around it");
}

/** Paragraphs and headings hold no blocks of ours; what looks like one there has vanished from the page. */
function visitText(walk: Walk, node: Parent, where: string): void {
  reportStrays(walk.source, rangeOf(node), where, walk.findings);
  for (const child of node.children) {
    if (child.type === "inlineCode") walk.spans.push({ text: child.value, range: rangeOf(child) });
    if (child.type !== "html") continue;
    for (const token of scanHtml(walk.source.text, rangeOf(child))) reportInlineHtml(walk, token, where);
  }
}

function reportInlineHtml(walk: Walk, token: HtmlToken, where: string): void {
  if (token.kind === "comment") {
    if (keyText(walk, token.range) !== undefined) reportOrphan(walk, token.range);
    return;
  }
  const tag = walk.source.text.slice(token.range.start, token.range.end);
  const message = `\`${tag}\` stands inside ${where}, expected it at the start of a line`;
  walk.findings.add("LI020", token.range, message, "leave an empty line before it");
}

function visitHtml(walk: Walk, range: Range, level: number): void {
  const { source, findings, blocks } = walk;
  let start = range.start;
  for (const token of scanHtml(source.text, range)) {
    if (token.kind !== "comment") {
      blocks.push({ ...token, kind: token.kind, text: token.kind === "summary" ? token.text : undefined, level });
      continue;
    }
    reportStrays(source, { start, end: token.range.start }, "raw HTML", findings);
    start = token.range.end;
    visitComment(walk, token, range);
  }
  reportStrays(source, { start, end: range.end }, "raw HTML", findings);
}

function visitComment(walk: Walk, token: HtmlToken & { kind: "comment" }, node: Range): void {
  const { source, findings } = walk;
  if (!token.isClosed) {
    const hint = "GitHub hides all that follows; inside a `<details>` a comment ends at the first empty line";
    findings.add("LI033", token.range, "The comment has no end, expected `-->`", hint);
  }
  const keys = keyText(walk, token.range);
  if (keys === undefined && token.isClosed && holdsHidden(source, token.range)) {
    for (const fence of readHidden(source, token.range, findings)) {
      walk.blocks.push({ kind: "fence", fence, range: fence.owned });
    }
    return;
  }
  reportCommentFences(source, token.range, findings);
  if (keys === undefined) return;
  dropComment(walk);
  const isLast = source.text.slice(token.range.end, node.end).trim() === "";
  if (isLast && token.isClosed) walk.comment = { range: token.range, keys };
  else reportOrphan(walk, token.range);
}

/** The text after `li:` of a key comment; undefined for any other comment. A misspelt one is found later, as an orphan. */
function keyText({ source, findings }: Walk, range: Range): Range | undefined {
  const text = source.text.slice(range.start, range.end);
  const match = /^<!---*\s*(?:(?:li|learn-istio)\s*[:;]|li(?=\s*[#{=]|\s+\w+=))/i.exec(text);
  if (match === null) return undefined;
  if (!/^<!--\s*li:/.test(text)) {
    findings.add("LI010", range, `\`${text.slice(0, 40)}\` is nearly a key comment, expected \`<!-- li: … -->\``);
  }
  return { start: range.start + match[0].length, end: Math.max(range.start + match[0].length, range.end - 3) };
}

function dropComment(walk: Walk): void {
  if (walk.comment !== undefined) reportOrphan(walk, walk.comment.range);
  walk.comment = undefined;
}

function reportOrphan({ source, findings }: Walk, range: Range): void {
  const text = source.text.slice(range.start, range.end);
  const message = `\`${truncateMiddle(text, 60)}\` holds keys and belongs to no block, expected a fence on the next line`;
  findings.add("LI010", range, message, "put the comment directly above the fence, at the same indentation");
}
