import type { Heading } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { rangeOf } from "./markdown.ts";

/** Keeps `1. Install` from becoming a list when a heading is parsed alone. */
const GUARD = "heading ";

/** A longer heading is taken as written: nobody reads it, and its marks may nest without end. */
const MAX_MARKED = 1000;

/** A heading's text without marks. Inline marks are parsed here only, and only where there may be some. */
export function headingText(node: Heading, text: string): string {
  const first = node.children[0];
  const last = node.children.at(-1);
  const raw = first && last ? text.slice(rangeOf(first).start, rangeOf(last).end) : "";
  if (!/[*_`&\\![\]<~\n\r]/.test(raw) || raw.length > MAX_MARKED) return raw.trim();
  const sentence = textOf(fromMarkdown(`${GUARD}${raw}`));
  return sentence.slice(GUARD.length).replace(/\s+/g, " ").trim();
}

function textOf(node: unknown): string {
  if (typeof node !== "object" || node === null) return "";
  if ("children" in node && Array.isArray(node.children)) return node.children.map(textOf).join("");
  if ("value" in node && typeof node.value === "string" && "type" in node && node.type !== "html") return node.value;
  return "";
}

/** GitHub's anchor of a heading, near enough: small letters, digits and hyphens of any script. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/[\s_-]+/g, "-");
}
