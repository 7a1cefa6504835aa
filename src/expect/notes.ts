import { plural, truncateMiddle } from "../text/index.ts";
import type { CompiledLine } from "./compiled-line.ts";
import { trimBlanks } from "./found-lines.ts";
import { beginsWith, matchedLength, patternOf, type Segment } from "./pattern.ts";

const MAX_SHOWN = 60;

/** Why an expected line does not match: unset variables, the values of set ones, the first placeholder that fails. */
export function noteFor(line: CompiledLine, found: string | undefined): string | undefined {
  if (line.unset.length > 0) return unsetNote(line.unset);
  const notes = variableNotes(line.segments);
  const culprit = found === undefined ? undefined : placeholderNote(line.segments, found);
  const all = culprit === undefined ? notes : [culprit, ...notes];
  return all.length === 0 ? undefined : all.join("; ");
}

export function unsetNote(names: readonly string[]): string {
  const shown = [...new Set(names)].map((name) => `\`$${name}\``);
  return `${shown.join(", ")} ${shown.length === 1 ? "is" : "are"} not set`;
}

function variableNotes(segments: readonly Segment[]): string[] {
  const notes = segments.flatMap((segment) => {
    if (segment.kind !== "text" || segment.variable === undefined) return [];
    const lines = segment.text.split("\n").length;
    const value = `\`$${segment.variable}\` is \`${truncateMiddle(segment.text.replaceAll("\n", "\\n"), MAX_SHOWN)}\``;
    return [lines === 1 ? value : `${value}, ${plural(lines, "line")}`];
  });
  return [...new Set(notes)];
}

/** The first pattern after which the found line can no longer begin as expected, and the word that stands there. */
function placeholderNote(segments: readonly Segment[], found: string): string | undefined {
  const index = segments.findIndex((_, last) => !beginsWith(segments.slice(0, last + 1), found));
  const culprit = segments[index];
  if (culprit?.kind === "text") return shortNote(segments, index, found);
  if (culprit === undefined) return undefined;
  const from = matchedLength(segments.slice(0, index), found) ?? 0;
  const isWhole = culprit.label === "(re)";
  const word = isWhole ? found : (/^\S*/.exec(found.slice(from))?.[0] ?? "");
  if (word === "") return nothingNote(culprit.label);
  return `\`${culprit.label}\` does not match \`${truncateMiddle(word, MAX_SHOWN)}\``;
}

/** A line that ends before a placeholder has lost the blank before it too: the text seems to be at fault, and is not. */
function shortNote(segments: readonly Segment[], index: number, found: string): string | undefined {
  const text = segments[index];
  const next = segments[index + 1];
  if (text?.kind !== "text" || next?.kind !== "regex") return undefined;
  const upToHere: Segment[] = [...segments.slice(0, index), { kind: "text", text: trimBlanks(text.text) }];
  return patternOf(upToHere).matches(found) ? nothingNote(next.label) : undefined;
}

function nothingNote(label: string): string {
  return `nothing stands where \`${label}\` is expected`;
}
