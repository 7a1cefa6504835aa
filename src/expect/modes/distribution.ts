import { plural } from "../../text/index.ts";
import type { Expectation, ExpectedShare, MatchResult } from "../expectation.ts";
import { foundLines } from "../found-lines.ts";
import { type CountLine, readCountLine } from "./count-lines.ts";
import { areEnough, FALSE_ALARM_RATE, neededSamples, pValueOf } from "./multinomial-test.ts";

/**
 * `distribution`: the output counts the page's labels, and the counts are as the weights let expect, by an exact
 * multinomial test. A sample in which a shift could hide is no match either.
 */
export function matchDistribution(expectation: Expectation, output: string): MatchResult {
  const lines = foundLines(output, "lines").shown.filter((line) => line !== "");
  const shares = expectation.shares ?? [];
  const counts = lines.map(readCountLine);
  const unread = lines.find((_, index) => counts[index] === undefined);
  if (unread !== undefined) {
    const reason = `\`${unread}\` is not a count and a label, expected lines like \`301 ${shares[0]?.label}\`, as \`sort | uniq -c\` prints them.`;
    return { kind: "mismatch", diff: [], constrained: { lines: 0, of: lines.length }, reason };
  }
  return judge(shares, counts as readonly CountLine[]);
}

function judge(shares: readonly ExpectedShare[], found: readonly CountLine[]): MatchResult {
  const countOf = new Map(found.map(({ label, count }) => [label, count]));
  const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
  const probabilities = shares.map(({ weight }) => weight / whole);
  const counts = shares.map(({ label }) => countOf.get(label) ?? 0);
  const reason = faultOf(shares, found) ?? verdictOf(counts, probabilities);
  const constrained = { lines: shares.filter(({ label }) => countOf.has(label)).length, of: found.length };
  return reason === undefined
    ? { kind: "match", constrained }
    : { kind: "mismatch", diff: tableOf(shares, probabilities, found), constrained, reason };
}

/** Labels that are not the page's, or are not found as often as they should stand there: once. */
function faultOf(shares: readonly ExpectedShare[], found: readonly CountLine[]): string | undefined {
  const labels = found.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) return `The label \`${twice}\` is counted twice, expected it once: sort before \`uniq -c\`.`;
  const unknown = labels.filter((label) => shares.every((share) => share.label !== label));
  const missing = shares.flatMap(({ label }) => (labels.includes(label) ? [] : [label]));
  const parts = [
    ...(unknown.length > 0
      ? [`${quoted(unknown)} ${unknown.length === 1 ? "is" : "are"} not among the labels of the page`]
      : []),
    ...(missing.length > 0 ? [`${quoted(missing)} did not occur`] : []),
  ];
  return parts.length === 0 ? undefined : `The labels are not those of the page: ${parts.join("; ")}.`;
}

function verdictOf(counts: readonly number[], probabilities: readonly number[]): string | undefined {
  const total = counts.reduce((a, b) => a + b, 0);
  if (pValueOf(counts, probabilities) < FALSE_ALARM_RATE) {
    return `The shares differ from the expected ones by more than chance does once in 100,000 samples of ${total}.`;
  }
  if (areEnough(total, probabilities)) return undefined;
  return `Too few samples: need ${neededSamples(probabilities)}, found ${total}. In fewer a shift of ten points could stay unseen; draw more of them.`;
}

function tableOf(shares: readonly ExpectedShare[], probabilities: readonly number[], found: readonly CountLine[]) {
  const of = found.reduce((sum, { count }) => sum + count, 0);
  const rowOf = (label: string, expected: number | undefined) => {
    const count = found.reduce((sum, line) => sum + (line.label === label ? line.count : 0), 0);
    return { kind: "share" as const, label, expected, found: count, of };
  };
  const known = shares.map(({ label }, index) => rowOf(label, probabilities[index]));
  const others = new Set(found.flatMap(({ label }) => (shares.some((share) => share.label === label) ? [] : [label])));
  return [...known, ...[...others].map((label) => rowOf(label, undefined))];
}

const MAX_LABELS = 5;

function quoted(labels: readonly string[]): string {
  const shown = labels.slice(0, MAX_LABELS).map((label) => `\`${label}\``);
  const rest = labels.length - shown.length;
  return shown.join(", ") + (rest > 0 ? ` and ${plural(rest, "other")}` : "");
}
