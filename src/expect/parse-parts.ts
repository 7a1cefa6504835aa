import type { PatternPart } from "./expectation.ts";
import { PLACEHOLDERS } from "./placeholders.ts";
import { ESCAPED_SUFFIX } from "./suffixes.ts";

/** The parts of a line's body, or the `${…}` that names no variable. */
export type Parts =
  | { readonly parts: PatternPart[]; readonly fault: undefined }
  | { readonly parts: undefined; readonly fault: { readonly found: string; readonly at: number } };

const NAMES = PLACEHOLDERS.map((placeholder) => placeholder.name).join("|");
const PLAIN_SPECIAL = new RegExp(`<(?:${NAMES})>|\\$\\{\\{[^}]*\\}\\}|\\$\\{[^}]*\\}`, "y");
const GLOB_SPECIAL = new RegExp(`${PLAIN_SPECIAL.source}|[*?]`, "y");
const BACKSLASHES = /\\*/y;
const REGEX_OF: ReadonlyMap<string, string> = new Map([
  ...PLACEHOLDERS.map((placeholder) => [`<${placeholder.name}>`, placeholder.regex] as const),
  ["*", ".*"],
  ["?", "."],
]);

/** A piece of the source: a run of backslashes, and the special text or the one character that follows it. */
interface Piece {
  readonly slashes: number;
  readonly special: string;
  /** An escapable form (`...`, a suffix) is special only in that a backslash before it is an escape. */
  readonly isForm: boolean;
  readonly next: string;
  readonly isLineStart: boolean;
}

/** Split a body into text, placeholders, variables and, in a glob, wildcards; escapes are resolved. */
export function parseParts(body: string, { isGlob }: { readonly isGlob: boolean }): Parts {
  const parts: PatternPart[] = [];
  const start = body.search(/[^ \t]/);
  for (let at = 0; at < body.length; ) {
    const piece = readPiece(body, at, { isGlob, isLineStart: at === start });
    addText(parts, textOf(piece));
    if (isActive(piece)) {
      const part = partOf(piece.special);
      if (part === undefined) return { parts: undefined, fault: { found: piece.special, at: at + piece.slashes } };
      parts.push(part);
    }
    at += piece.slashes + Math.max(piece.special.length, piece.slashes === 0 ? piece.next.length : 0);
  }
  return { parts, fault: undefined };
}

function readPiece(
  body: string,
  at: number,
  about: { readonly isGlob: boolean; readonly isLineStart: boolean },
): Piece {
  const slashes = takeAt(BACKSLASHES, body, at).length;
  const after = at + slashes;
  const meaning = takeAt(about.isGlob ? GLOB_SPECIAL : PLAIN_SPECIAL, body, after);
  const form = meaning === "" && slashes > 0 ? formAt(body, after, about.isLineStart) : "";
  const next = body.charAt(after);
  return { slashes, special: meaning || form, isForm: form !== "", next, isLineStart: about.isLineStart };
}

function formAt(body: string, at: number, isLineStart: boolean): string {
  if (isLineStart && body.slice(at) === "...") return "...";
  return takeAt(ESCAPED_SUFFIX, body, at);
}

function isActive(piece: Piece): boolean {
  return piece.special !== "" && !piece.isForm && piece.slashes % 2 === 0;
}

/** What of a piece is literal: backslashes that are themselves, an escaped special, or one plain character. */
function textOf(piece: Piece): string {
  const { slashes, special, next, isLineStart } = piece;
  if (special !== "") return "\\".repeat(Math.floor(slashes / 2)) + (isActive(piece) ? "" : special);
  if (slashes === 0) return next;
  const isDropped = isLineStart && (slashes > 1 || /[!-/:-@[-`{-~]/.test(next));
  return "\\".repeat(isDropped ? slashes - 1 : slashes);
}

function takeAt(sticky: RegExp, text: string, at: number): string {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0] ?? "";
}

function partOf(special: string): PatternPart | undefined {
  const regex = REGEX_OF.get(special);
  if (regex !== undefined) return { kind: "regex", source: regex, label: special };
  const name = special.slice(2, -1);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? { kind: "variable", name } : undefined;
}

function addText(parts: PatternPart[], text: string): void {
  const last = parts.at(-1);
  if (text === "") return;
  if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", text: last.text + text };
  else parts.push({ kind: "text", text });
}
