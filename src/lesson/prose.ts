import type { Range, Source } from "./source.ts";

/** Hands out the Markdown that no block owns, in order, each piece once. */
export interface Prose {
  /** The Markdown from where the last piece or block ended up to `offset`. */
  takeUntil(offset: number): string;
  /** Leave a block out: it belongs to a step. */
  skip(block: Range): void;
}

export function createProse(source: Source, start: number): Prose {
  let cursor = start;
  return {
    takeUntil(offset) {
      const text = source.text.slice(cursor, Math.max(cursor, offset));
      cursor = Math.max(cursor, offset);
      return tidy(text);
    },
    skip(block) {
      cursor = Math.max(cursor, block.end);
    },
  };
}

/** Without the empty lines around it; the first line keeps its indentation. The marks of an empty quote are nothing. */
function tidy(text: string): string {
  if (/^[\s>]*$/.test(text)) return "";
  return text.replace(/^(?:[ \t]*(?:\r\n|\n|\r))+/, "").trimEnd();
}

export function joinProse(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
