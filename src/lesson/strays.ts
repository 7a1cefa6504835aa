import type { Findings } from "./findings.ts";
import { lineOf, type Range, rangeOfLine, type Source } from "./source.ts";

/** A line that would have begun or ended a fence, had the parser seen one there. */
interface Marker {
  readonly range: Range;
  readonly marker: string;
  readonly info: string;
}

/** Fence markers at the start of the lines of a range, after blanks, quote marks and list marks. */
function findMarkers(source: Source, range: Range): readonly Marker[] {
  const markers: Marker[] = [];
  for (let line = lineOf(source, range.start); ; line++) {
    const whole = rangeOfLine(source, line);
    const start = Math.max(whole.start, range.start);
    const end = Math.min(whole.end, range.end);
    const match = /^((?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*)(`{3,}|~{3,})(.*)$/s.exec(
      source.text.slice(start, Math.max(start, end)),
    );
    const [, before = "", marker = "", info = ""] = match ?? [];
    if (match !== null) markers.push({ range: { start: start + before.length, end }, marker, info: info.trim() });
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
  if (marker.startsWith("`") && info.includes("`")) {
    return "an info string cannot hold a backtick: use `~~~` as the marker, or put the keys in a comment above";
  }
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
