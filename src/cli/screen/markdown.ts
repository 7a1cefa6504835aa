import type {
  BlockContent,
  Blockquote,
  DefinitionContent,
  List,
  Parents,
  PhrasingContent,
  RootContent,
  Table,
} from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { keepColour } from "../../text/index.ts";
import { indent, wrapText } from "./lines.ts";
import type { Palette } from "./palette.ts";
import { renderTable } from "./table.ts";

/** How prose is shown: columns to stay within, and colours (which only add; the text reads the same without). */
export interface ProseStyle {
  readonly width: number;
  readonly palette: Palette;
}

/** Markdown as lines for a terminal, with a blank line between blocks. Pure; empty for Markdown without content. */
export function renderMarkdown(markdown: string, style: ProseStyle): string {
  const root = unified().use(remarkParse).use(remarkGfm).parse(keepColour(markdown));
  return renderBlocks(root.children, style);
}

/** Markdown before its first heading, and from that heading on. `#` in a code block is no heading. */
export function splitAtHeading(markdown: string): {
  readonly before: string;
  readonly heading: string;
  readonly rest: string;
} {
  const root = unified().use(remarkParse).use(remarkGfm).parse(markdown);
  const heading = root.children.find((block) => block.type === "heading");
  const start = heading?.position?.start.offset;
  const end = heading?.position?.end.offset;
  if (heading === undefined || start === undefined || end === undefined)
    return { before: "", heading: "", rest: markdown };
  return { before: markdown.slice(0, start), heading: textOf(heading.children), rest: markdown.slice(end) };
}

function textOf(nodes: readonly PhrasingContent[]): string {
  return nodes.map((node) => ("children" in node ? textOf(node.children) : "value" in node ? node.value : "")).join("");
}

type Block = RootContent | BlockContent | DefinitionContent;

function renderBlocks(blocks: readonly Block[], style: ProseStyle): string {
  return blocks
    .filter((block, index) => !isEmptySection(block, blocks[index + 1]))
    .map((block) => renderBlock(block, style))
    .filter((text) => text !== "")
    .join("\n\n");
}

/** A heading whose section has nothing to show here: its blocks are steps, or clean-up that is not due yet. */
function isEmptySection(block: Block, next: Block | undefined): boolean {
  return (
    block.type === "heading" &&
    block.depth > 1 &&
    (next === undefined || (next.type === "heading" && next.depth <= block.depth))
  );
}

function renderBlock(block: Block, style: ProseStyle): string {
  const { palette, width } = style;
  switch (block.type) {
    case "heading":
      return palette.bold(`${"#".repeat(block.depth)} ${renderInline(block.children, style)}`);
    case "paragraph":
      return wrapText(renderInline(block.children, style), width);
    case "code":
      return renderCode(block.lang ?? "", block.value, palette);
    case "blockquote":
      return renderQuote(block, style);
    case "list":
      return renderList(block, style);
    case "table":
      return renderRows(block, style);
    case "thematicBreak":
      return "-".repeat(Math.min(20, width));
    // A comment or raw tag has nothing to say on a terminal; `details` are steps' hints and checks, shown elsewhere.
    default:
      return "";
  }
}

/** Diagrams are drawn from their source; on a terminal the source is noise, so it is named instead. */
function renderCode(language: string, value: string, palette: Palette): string {
  if (language === "mermaid") return palette.dim("(a diagram stands here in the lesson's file)");
  return indent(palette.dim(value), "    ");
}

function renderQuote(block: Blockquote, style: ProseStyle): string {
  return indent(renderBlocks(block.children, { ...style, width: style.width - 2 }), "| ");
}

function renderList(list: List, style: ProseStyle): string {
  const start = list.start ?? 1;
  const items = list.children.map((item, index) => {
    const task = item.checked === true ? "[x] " : item.checked === false ? "[ ] " : "";
    const mark = `${list.ordered ? `${start + index}.` : "-"} ${task}`;
    const body = renderBlocks(item.children, { ...style, width: style.width - mark.length });
    return mark + indent(body, " ".repeat(mark.length)).trimStart();
  });
  return items.join(list.spread ? "\n\n" : "\n");
}

function renderRows(table: Table, style: ProseStyle): string {
  const rows = table.children.map((row) => row.children.map((cell) => renderInline(cell.children, style)));
  return renderTable(rows, style.width);
}

function renderInline(nodes: readonly PhrasingContent[], style: ProseStyle): string {
  return nodes.map((node) => renderPhrase(node, style)).join("");
}

function renderPhrase(node: PhrasingContent, style: ProseStyle): string {
  const { palette } = style;
  switch (node.type) {
    case "text":
      // A line break inside a paragraph is a blank: the paragraph is wrapped anew.
      return node.value.replaceAll("\n", " ");
    case "strong":
      return palette.bold(renderInline(node.children, style));
    case "inlineCode":
      return palette.code(`\`${node.value}\``);
    case "link":
      return renderLink(renderInline(node.children, style), node.url);
    case "image":
      return node.alt ?? "";
    case "break":
      return "\n";
    case "html":
      return "";
    default:
      return "children" in node ? renderInline((node as Parents).children as PhrasingContent[], style) : "";
  }
}

/** A page of the web is shown with its address; a place in the lesson or a file beside it is just its words. */
function renderLink(text: string, url: string): string {
  return /^https?:/.test(url) && text !== url ? `${text} (${url})` : text;
}
