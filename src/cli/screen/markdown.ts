import type {
  Blockquote,
  Definition,
  FootnoteDefinition,
  List,
  ListItem,
  Paragraph,
  PhrasingContent,
  Root,
  RootContent,
  Table,
} from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { columnsOf, keepColour, stripAnsi } from "../../text/index.ts";
import { highlight } from "./code.ts";
import { type InlineStyle, renderInline } from "./inline.ts";
import { indent, wrapText } from "./lines.ts";
import type { Palette } from "./palette.ts";
import { renderTable } from "./table.ts";

/** How prose is shown: columns to stay within, and colours (which only add; the text reads the same without). */
export interface ProseStyle {
  readonly width: number;
  readonly palette: Palette;
  /** Definitions of links and footnotes that stand elsewhere, as Markdown. */
  readonly references?: string;
}

interface BlockStyle extends InlineStyle {
  readonly width: number;
}

/** Markdown as lines for a terminal, with a blank line between blocks. Pure; empty for Markdown without content. */
export function renderMarkdown(markdown: string, { width, palette, references = "" }: ProseStyle): string {
  const root = parse(keepColour(references === "" ? markdown : `${markdown}\n\n${references}`));
  // Of two with one name the first counts.
  const definitions = new Map(
    root.children
      .toReversed()
      .flatMap((node): [string, Definition][] => (node.type === "definition" ? [[node.identifier, node]] : [])),
  );
  const style: BlockStyle = { width, palette, definitions, footnotes: [] };
  const text = [renderBlocks(root.children, style), renderFootnotes(root, style)]
    .filter((one) => one !== "")
    .join("\n\n");
  // A character reference is a control character only after it was read.
  return palette.coloured ? keepColour(text) : stripAnsi(text);
}

/** Markdown before its first heading, and from that heading on. `#` in a code block is no heading. */
export function splitAtHeading(markdown: string): {
  readonly before: string;
  readonly heading: string;
  readonly rest: string;
} {
  const heading = parse(markdown).children.find((block) => block.type === "heading");
  const start = heading?.position?.start.offset;
  const end = heading?.position?.end.offset;
  if (heading === undefined || start === undefined || end === undefined)
    return { before: "", heading: "", rest: markdown };
  return { before: markdown.slice(0, start), heading: textOf(heading.children), rest: markdown.slice(end) };
}

/** A block of Markdown at its top level: a paragraph, a list, a table. */
export interface MarkdownBlock {
  readonly type: RootContent["type"];
  /** A heading's words; of anything else nothing. */
  readonly text: string;
  readonly markdown: string;
  /** A paragraph that ends with a colon: what it leads to comes next. */
  readonly leads: boolean;
}

/** The blocks of some Markdown in their order; what a reader does not see (comments, definitions) is left out. */
export function blocksIn(markdown: string): readonly MarkdownBlock[] {
  return parse(markdown).children.flatMap((node) => {
    const source = markdown.slice(node.position?.start.offset, node.position?.end.offset);
    const isComment = node.type === "html" && source.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "").trim() === "";
    if (isComment || node.type === "definition" || node.type === "footnoteDefinition") return [];
    const leads = node.type === "paragraph" && textOf(node.children).trimEnd().endsWith(":");
    return [{ type: node.type, text: node.type === "heading" ? textOf(node.children) : "", markdown: source, leads }];
  });
}

/** The definitions of links and footnotes in some Markdown, as Markdown. */
export function definitionsIn(markdown: string): string {
  return parse(markdown)
    .children.filter(({ type }) => type === "definition" || type === "footnoteDefinition")
    .map(({ position }) => markdown.slice(position?.start.offset, position?.end.offset))
    .join("\n\n");
}

function parse(markdown: string): Root {
  return unified().use(remarkParse).use(remarkGfm).parse(markdown);
}

function textOf(nodes: readonly PhrasingContent[]): string {
  return nodes.map((node) => ("children" in node ? textOf(node.children) : "value" in node ? node.value : "")).join("");
}

function renderBlocks(blocks: readonly RootContent[], style: BlockStyle, gap = "\n\n"): string {
  const shown = blocks.filter(({ type }) => type !== "definition" && type !== "footnoteDefinition");
  return shown
    .filter((block, index) => !isEmptySection(block, shown[index + 1]))
    .map((block) => renderBlock(block, style))
    .filter((text) => text !== "")
    .join(gap);
}

/** A heading whose section has nothing to show here: its blocks are steps, or clean-up that is not due yet. */
function isEmptySection(block: RootContent, next: RootContent | undefined): boolean {
  return (
    block.type === "heading" &&
    block.depth > 1 &&
    (next === undefined || (next.type === "heading" && next.depth <= block.depth))
  );
}

function renderBlock(block: RootContent, style: BlockStyle): string {
  const { palette, width } = style;
  switch (block.type) {
    case "heading":
      return wrapText(palette.bold(`${"#".repeat(block.depth)} ${renderInline(block.children, style)}`), width);
    case "paragraph":
      return wrapText(renderInline(block.children, style), width);
    case "code":
      return renderCode(block.lang ?? "", block.value, style);
    case "blockquote":
      return renderQuote(block, style);
    case "list":
      return renderList(block, style);
    case "table":
      return renderRows(block, style);
    case "thematicBreak":
      return "-".repeat(Math.min(20, width));
    case "html":
      return renderHtml(block.value, style);
    default:
      return "";
  }
}

/** Diagrams are drawn from their source; on a terminal the source is noise, so it is named instead. */
function renderCode(language: string, value: string, { palette, width }: BlockStyle): string {
  if (language === "mermaid") return wrapText(palette.dim("(a diagram stands here in the lesson's file)"), width);
  return indent(highlight(value, language, palette), " ".repeat(marginOf(value, width)));
}

/** Code is never wrapped: on a narrow terminal it gives up its margin first. */
function marginOf(code: string, width: number): number {
  const widest = Math.max(...code.split("\n").map(columnsOf));
  return widest > width ? 2 : Math.min(4, width - widest);
}

const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)/;

/** A quote behind a bar; GitHub's alerts say what they are. */
function renderQuote({ children }: Blockquote, style: BlockStyle): string {
  const inner = { ...style, width: style.width - 2 };
  const [first, ...rest] = children;
  const words = first?.type === "paragraph" ? first.children[0] : undefined;
  const alert = words?.type === "text" ? ALERT.exec(words.value) : null;
  if (first?.type !== "paragraph" || words?.type !== "text" || alert === null)
    return indent(renderBlocks(children, inner), "| ");
  const [, kind = ""] = alert;
  const left: Paragraph = {
    ...first,
    children: [{ ...words, value: words.value.slice(alert[0].length) }, ...first.children.slice(1)],
  };
  const body = renderBlocks([left, ...rest], inner);
  const title = style.palette.bold(kind.slice(0, 1) + kind.slice(1).toLowerCase());
  return indent(body === "" ? title : `${title}\n${body}`, "| ");
}

function renderList(list: List, style: BlockStyle): string {
  const start = list.start ?? 1;
  const digits = String(start + list.children.length - 1).length;
  const isLoose = list.spread === true || list.children.some(({ spread }) => spread === true);
  const items = list.children.map((item, index) => {
    const bullet = list.ordered ? `${start + index}.`.padStart(digits + 1) : "-";
    return renderItem(item, `${bullet} `, style, isLoose);
  });
  return items.join(isLoose ? "\n\n" : "\n");
}

function renderItem(item: ListItem, bullet: string, style: BlockStyle, isLoose: boolean): string {
  const task = item.checked === true ? "[x] " : item.checked === false ? "[ ] " : "";
  const mark = bullet + task;
  const body = renderBlocks(item.children, { ...style, width: style.width - mark.length }, isLoose ? "\n\n" : "\n");
  return (mark + indent(body, " ".repeat(mark.length)).slice(mark.length)).trimEnd();
}

function renderRows(table: Table, style: BlockStyle): string {
  const rows = table.children.map((row) => row.children.map((cell) => renderInline(cell.children, style)));
  return renderTable(rows, { width: style.width, align: table.align ?? [], bold: style.palette.bold });
}

/** Of raw HTML a terminal shows what a folded part is about, and what a picture shows; the rest are tags and comments. */
function renderHtml(html: string, { palette, width }: BlockStyle): string {
  const visible = html.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "");
  const summary = /<summary[^>]*>([\s\S]*?)<\/summary>/i.exec(visible)?.[1];
  if (summary !== undefined) return wrapText(palette.bold(withoutTags(summary)), width);
  const alt = /<img\b[^>]*\balt\s*=\s*"([^"]+)"/i.exec(visible)?.[1];
  return alt === undefined ? "" : `(a picture: ${alt})`;
}

function withoutTags(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** The footnotes that the text names, at its end. */
function renderFootnotes(root: Root, style: BlockStyle): string {
  const notes = root.children.filter((node): node is FootnoteDefinition => node.type === "footnoteDefinition");
  const lines: string[] = [];
  // A note may name another one.
  for (let index = 0; index < style.footnotes.length; index += 1) {
    const note = notes.find(({ identifier }) => identifier === style.footnotes[index]);
    const mark = `[${index + 1}] `;
    const body = renderBlocks(note?.children ?? [], { ...style, width: style.width - mark.length });
    lines.push(mark + indent(body, " ".repeat(mark.length)).slice(mark.length));
  }
  return lines.join("\n");
}
