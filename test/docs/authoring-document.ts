import { readFileSync } from "node:fs";
import path from "node:path";
import type { Code, Html, Root, RootContent, Table } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

export const DOCUMENT = path.resolve(import.meta.dirname, "../../lessons/AUTHORING.md");

/**
 * What becomes of an example, as the comment above it says: it `passes`; it `parses` (it needs a cluster); it is
 * `refused` or `warned`, with the findings in the block below; or it `fails`, with the report's lines below.
 */
const KINDS = ["passes", "parses", "refused", "warned", "fails"] as const;

/** A stretch of the document, with its offsets. */
export interface Part {
  readonly shown: string;
  readonly start: number;
  readonly end: number;
}

export interface Example {
  readonly kind: (typeof KINDS)[number];
  /** The line of the document at which it begins. */
  readonly line: number;
  readonly text: string;
  /** The name under which it is run: examples with front matter are lessons. */
  readonly file: string;
  /** What the `text` block below it holds. */
  readonly shown: Part | undefined;
}

export const text: string = readFileSync(DOCUMENT, "utf8");
const root: Root = unified().use(remarkParse).use(remarkGfm).parse(text);

/** Every block of the document itself, not of its examples. */
export const fences: readonly Code[] = root.children.filter((node): node is Code => node.type === "code");

export const examples: readonly Example[] = root.children.flatMap((node, index) =>
  node.type === "code" && node.lang === "markdown" ? [exampleOf(node, index)] : [],
);

function exampleOf(node: Code, index: number): Example {
  const line = node.position?.start.line ?? 0;
  const kind = KINDS.find((name) => isComment(root.children[index - 1], `example: ${name}`));
  if (kind === undefined) throw new Error(`the example at line ${line} does not say what becomes of it`);
  const next = root.children[index + 1];
  const shown = next?.type === "code" && next.lang === "text" ? bodyOf(next) : undefined;
  const file = node.value.startsWith("---") ? "lesson-09-example.md" : "page.md";
  return { kind, line, text: `${node.value}\n`, file, shown };
}

function bodyOf(node: Code): Part {
  const start = (node.position?.start.offset ?? 0) + "```text\n".length;
  return { shown: node.value, start, end: start + node.value.length };
}

function isComment(node: RootContent | undefined, content: string): node is Html {
  return node?.type === "html" && node.value === `<!-- ${content} -->`;
}

/** The table below the comment of that name, as nodes. */
function tableNode(name: string): Table {
  const index = root.children.findIndex((node) => isComment(node, name));
  const table = root.children[index + 1];
  if (index === -1 || table?.type !== "table") throw new Error(`there is no table below \`<!-- ${name} -->\``);
  return table;
}

/** The cells of the table below the comment of that name, as written, without its header. */
export function rowsOf(name: string): string[][] {
  const rows = tableNode(name).children.slice(1);
  return rows.map((row) =>
    row.children.map(({ position }) => {
      const cell = text.slice(position?.start.offset, position?.end.offset);
      return cell.replace(/^\|/, "").replace(/\|$/, "").trim();
    }),
  );
}

/** A GitHub table. */
export function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** What stands below the comment of that name, up to the next empty line. */
export function generated(name: string): Part {
  const comment = `<!-- generated: ${name} -->\n\n`;
  const start = text.indexOf(comment) + comment.length;
  if (start < comment.length) throw new Error(`there is no \`${comment.trim()}\``);
  const end = start + text.slice(start).search(/\n(?:\n|$)/);
  return { shown: text.slice(start, end), start, end };
}
