import type { Code, Node, Root } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { frontmatter } from "micromark-extension-frontmatter";

export interface Markdown {
  readonly root: Root;
  /** The fences that have a closing marker of their own. */
  readonly closedFences: ReadonlySet<Code>;
}

/**
 * Inline marks say nothing about blocks, and parsing them is a third of the parser's time. Inline code and inline HTML
 * stay: a comment or a `<summary>` left in a paragraph must be seen.
 */
const UNUSED_INLINE = [
  "attention",
  "autolink",
  "characterReference",
  "hardBreakEscape",
  "labelStartImage",
  "labelStartLink",
  "labelEnd",
];

/** Markdown (without a byte order mark) to a syntax tree with places. Tables and task lists stay paragraphs. */
export function parseMarkdown(text: string): Markdown {
  const markers = new Map<Code, number>();
  const root = fromMarkdown(text, {
    extensions: [frontmatter(), { disable: { null: UNUSED_INLINE } }],
    mdastExtensions: [
      frontmatterFromMarkdown(),
      {
        enter: {
          codeFencedFenceSequence() {
            const code = this.stack.findLast((node): node is Code => node.type === "code");
            if (code !== undefined) markers.set(code, (markers.get(code) ?? 0) + 1);
          },
        },
      },
    ],
  });
  const closed = [...markers].filter(([, count]) => count > 1).map(([code]) => code);
  return { root, closedFences: new Set(closed) };
}

/** Start and end offset of a node; the parser sets them on every node it makes. */
export function rangeOf(node: Node): { readonly start: number; readonly end: number } {
  return { start: node.position?.start.offset ?? 0, end: node.position?.end.offset ?? 0 };
}
