import type { Findings } from "./findings.ts";
import { lineOf, type Range, rangeOfLine, type Source } from "./source.ts";

/** A line that would have begun or ended a fence, had the parser seen one there. */
interface Marker {
  readonly range: Range;
  readonly marker: string;
  readonly info: string;
}

/** What may stand before a marker on its line: blanks, marks of quotes and lists, the name of a footnote. */
const BEFORE = /(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t]|\[\^[^\]\s]{1,99}\]:)*/.source;
const MARKER = new RegExp(`^(${BEFORE})(\`{3,}|~{3,})(.*)$`, "s");
/** Too few backticks, or what a keyboard or a word processor makes of them, before a language of ours alone. */
const NEAR_MARKER = new RegExp(
  `^(${BEFORE})(\`{1,2}|[\u00B4\u2018\u2019'"\uFF40]{3})((?:bash|console|output|sh|shell)[ \t]*(?:\\{.*)?)$`,
  "s",
);
/** A cell of a table that begins with a marker and does not end it: a table holds no blocks. */
const CELL = /\|[ \t]*(`{3,}|~{3,})((?:(?!\1)[^|])*)(?=\||$)/g;

/** The markers of a line, whose text is given. */
function markersOf(line: string): readonly { readonly at: number; readonly marker: string; readonly info: string }[] {
  const match = MARKER.exec(line) ?? NEAR_MARKER.exec(line);
  if (match !== null) return [{ at: match[1]?.length ?? 0, marker: match[2] ?? "", info: (match[3] ?? "").trim() }];
  if (!/^[ \t>]*\|/.test(line)) return [];
  return [...line.matchAll(CELL)].map(({ 0: cell, 1: marker = "", 2: info = "", index }) => {
    return { at: index + cell.indexOf(marker), marker, info: info.trim() };
  });
}

/** Fence markers of the lines of a range. */
function findMarkers(source: Source, range: Range): readonly Marker[] {
  const markers: Marker[] = [];
  for (let line = lineOf(source, range.start); ; line++) {
    const whole = rangeOfLine(source, line);
    const start = Math.max(whole.start, range.start);
    const end = Math.min(whole.end, range.end);
    for (const { at, ...marker } of markersOf(source.text.slice(start, Math.max(start, end)))) {
      markers.push({ ...marker, range: { start: start + at, end } });
    }
    if (whole.end >= range.end || line >= source.lineStarts.length) return markers;
  }
}

/** Every fence marker that the parser left in a paragraph, a heading, a definition or raw HTML is a block that vanished. */
export function reportStrays(source: Source, range: Range, where: string, findings: Findings): void {
  for (const marker of findMarkers(source, range)) {
    const line = source.text.slice(marker.range.start, marker.range.end);
    const message = `"${line.trimEnd()}" was read as part of ${where}, expected it to begin or end a block`;
    findings.add("LI001", marker.range, message, hintFor(marker, where));
  }
}

function hintFor({ marker, info }: Marker, where: string): string {
  if (!/^(?:`{3}|~{3})/.test(marker)) return "write three backticks before the language, and three alone at the end";
  if (marker.startsWith("`") && info.includes("`")) {
    return "an info string cannot hold a backtick: use `~~~` as the marker, or put the keys in a comment above";
  }
  if (where === "a footnote") return "move the block out of the footnote, where it would run";
  if (where === "raw HTML") return "leave an empty line between the HTML and the fence";
  return "indent the fence as the text above it, and leave an empty line before it";
}

/** Does a fence in this comment ask to be run? */
export function holdsHidden(source: Source, comment: Range): boolean {
  return findMarkers(source, comment).some(({ info }) => /\{[^}]*\bhidden\b/.test(info));
}

/** Fences inside a comment are inert and say so. One that does not end inside its comment was cut by `-->`. */
export function reportCommentFences(source: Source, comment: Range, findings: Findings): void {
  let open: Marker | undefined;
  for (const marker of findMarkers(source, comment)) {
    if (open === undefined) open = marker;
    else if (isEndOf(marker, open)) {
      reportCommentFence(open.range, findings);
      open = undefined;
    }
  }
  if (open !== undefined) reportCutFence(open.range, `${open.marker}${open.info}`, findings);
}

/** A fence that begins in a comment and is not ended there. */
export function reportCutFence(range: Range, opening: string, findings: Findings): void {
  const message = `"${opening}" begins inside a comment and does not end there, expected its end before \`-->\``;
  findings.add("LI001", range, message, "`-->` ends a comment wherever it stands, in a block too");
}

function isEndOf(marker: Marker, open: Marker): boolean {
  return marker.info === "" && marker.marker.startsWith(open.marker);
}

export function reportCommentFence(range: Range, findings: Findings): void {
  const message = "This block stands inside a comment and does not run";
  const hint = "take it out of the comment, remove it, or write the flag `hidden` to run it unseen";
  findings.add("LI512", range, message, hint);
}
