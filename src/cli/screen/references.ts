import type { Lesson } from "../../lesson/index.ts";
import { definitionsIn } from "./markdown.ts";

/** A line that may define a link or a footnote: most lessons have none, and parsing Markdown is slow. */
const MAY_DEFINE = /^[ \t>]*\[[^\]\n]+\]:/m;

/** The definitions of a lesson's links and footnotes, as Markdown: each part of it is shown alone, and may name them. */
export function referencesOf({ opening, steps, checkpoint, closing }: Lesson): string {
  const ofSteps = steps.flatMap(({ lead, tail, hints, solutionText = "", manual }) => [
    lead,
    tail,
    ...hints.map(({ markdown }) => markdown),
    solutionText,
    manual?.markdown ?? "",
  ]);
  const parts = [opening, ...ofSteps, checkpoint?.lead ?? "", closing];
  return parts
    .filter((part) => MAY_DEFINE.test(part))
    .map(definitionsIn)
    .filter((part) => part !== "")
    .join("\n\n");
}
