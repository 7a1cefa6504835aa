import type { Definition, PhrasingContent } from "mdast";
import type { Palette } from "./palette.ts";

/** What the words of a paragraph are shown with. */
export interface InlineStyle {
  readonly palette: Palette;
  /** Addresses that stand apart from the links that name them. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Footnotes in the order in which they are first named. */
  readonly footnotes: string[];
}

/** A paragraph's words on one line, but for its hard breaks. */
export function renderInline(nodes: readonly PhrasingContent[], style: InlineStyle): string {
  return nodes.map((node) => renderPhrase(node, style)).join("");
}

function renderPhrase(node: PhrasingContent, style: InlineStyle): string {
  const { palette } = style;
  switch (node.type) {
    case "text":
      // A line break inside a paragraph is a blank: the paragraph is wrapped anew.
      return node.value.replaceAll("\n", " ");
    case "strong":
      return palette.bold(renderInline(node.children, style));
    case "emphasis":
      return palette.italic(renderInline(node.children, style));
    case "delete":
      // Without its marks it would say the contrary.
      return `~~${renderInline(node.children, style)}~~`;
    case "inlineCode":
      return palette.code(`\`${node.value.replaceAll("\n", " ")}\``);
    case "link":
      return renderLink(renderInline(node.children, style), node.url);
    case "linkReference":
      return renderLink(renderInline(node.children, style), style.definitions.get(node.identifier)?.url ?? "");
    case "image":
    case "imageReference":
      return renderImage(node.alt);
    case "footnoteReference":
      return `[${numberOf(node.identifier, style.footnotes)}]`;
    case "break":
      return "\n";
    case "html":
      return renderTag(node.value);
    default:
      return "";
  }
}

/** A page of the web is shown with its address; a place in the lesson or a file beside it is just its words. */
function renderLink(text: string, url: string): string {
  const isShown = text === url || text === url.replace(/^mailto:/, "") || text === url.replace(/^https?:\/\//, "");
  return /^(?:https?|mailto):/.test(url) && !isShown ? `${text} (${url.replace(/^mailto:/, "")})` : text;
}

function renderImage(alt: string | null | undefined): string {
  return alt === null || alt === undefined || alt === "" ? "(a picture)" : `(a picture: ${alt})`;
}

/** A tag says nothing on a terminal, but for the two that stand for something. */
function renderTag(tag: string): string {
  if (/^<br\s*\/?>$/i.test(tag)) return "\n";
  if (/^<img\b/i.test(tag)) return renderImage(/\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(tag)?.slice(1).join(""));
  return "";
}

function numberOf(identifier: string, footnotes: string[]): number {
  if (!footnotes.includes(identifier)) footnotes.push(identifier);
  return footnotes.indexOf(identifier) + 1;
}
