import type { Diagnostic, Place } from "../../diagnostics/index.ts";
import type { ExpectedShare, SourceLine } from "../expectation.ts";
import { finding } from "../fault.ts";
import { readCountLine } from "./count-lines.ts";
import type { ParsedBody } from "./parse-document.ts";

/** Fewer cannot differ; more cannot be summed exactly in a time that a reader waits. */
const LABELS = { min: 2, max: 4 };

/** The body of a `distribution` expectation: a count with its label on each line, a weight for each label. */
export function parseDistributionBody(
  lines: readonly SourceLine[],
  weights: readonly number[],
  fence: Place,
): ParsedBody {
  const diagnostics: Diagnostic[] = [];
  const shares: ExpectedShare[] = [];
  for (const { text, place } of lines.filter((line) => line.text.trim() !== "")) {
    const label = readCountLine(text)?.label;
    if (label === undefined) {
      const message = `\`${text.trim()}\` found in a distribution, expected a count and a label like \`301 reviews-v1\``;
      diagnostics.push(finding("LI061", place, message, "write the lines as `sort | uniq -c` prints them"));
    } else if (shares.some((share) => share.label === label)) {
      diagnostics.push(
        finding("LI061", place, `The label \`${label}\` stands twice, expected it once`, "add the counts"),
      );
    } else shares.push({ label, weight: weights[shares.length] ?? 0, place });
  }
  if (diagnostics.length === 0) diagnostics.push(...findCounts(shares.length, weights.length, fence));
  return { fields: { shares }, diagnostics };
}

function findCounts(labels: number, weights: number, fence: Place): readonly Diagnostic[] {
  if (labels !== weights) {
    const message = `\`distribution\` has ${weights} weights for ${labels} labels, expected one for each line`;
    return [finding("LI060", fence, message, "weights stand in the order of the page's lines")];
  }
  if (labels >= LABELS.min && labels <= LABELS.max) return [];
  const message = `The distribution has ${labels} labels, expected from ${LABELS.min} to ${LABELS.max}`;
  return [finding("LI060", fence, message, "count fewer kinds of answer, or compare the lines themselves")];
}
