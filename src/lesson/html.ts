import type { Range } from "./source.ts";

/** What matters to us in a piece of raw HTML, in order. */
export type HtmlToken =
  | { readonly kind: "comment"; readonly range: Range; readonly isClosed: boolean }
  | { readonly kind: "open" | "close"; readonly range: Range }
  /** `text` is undefined where `</summary>` is missing. */
  | { readonly kind: "summary"; readonly range: Range; readonly text: string | undefined };

const TOKEN =
  /(?<comment><!--(?:-?>|[\s\S]*?(?<end>-->)|[\s\S]*))|(?<open><details(?=[\s>])[^<>]*>)|(?<close><\/details\s*>)|<summary(?=[\s>])[^<>]*>(?:(?<summary>(?:(?!<summary)[\s\S])*?)<\/summary\s*>)?/gi;

/** Comments, `<details>` tags and summaries of raw HTML that stands at `range` of `text`. */
export function scanHtml(text: string, range: Range): readonly HtmlToken[] {
  return [...text.slice(range.start, range.end).matchAll(TOKEN)].map((match): HtmlToken => {
    const start = range.start + match.index;
    const at = { start, end: start + match[0].length };
    const { comment, end, open, close, summary } = match.groups ?? {};
    if (comment !== undefined) return { kind: "comment", range: at, isClosed: end !== undefined || comment.length < 6 };
    if (open !== undefined) return { kind: "open", range: at };
    if (close !== undefined) return { kind: "close", range: at };
    return { kind: "summary", range: at, text: summary === undefined ? undefined : plainText(summary) };
  });
}

const ENTITIES: Readonly<Record<string, string>> = { "&amp;": "&", "&gt;": ">", "&lt;": "<", "&quot;": '"' };

/** A summary as GitHub shows it: without tags, blanks run together, the four common entities resolved. */
function plainText(html: string): string {
  return html
    .replace(/<[^<>]*>/g, "")
    .replace(/&(?:amp|gt|lt|quot);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, " ")
    .trim();
}
