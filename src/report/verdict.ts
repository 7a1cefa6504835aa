import { formatPlace } from "../diagnostics/index.ts";
import type { CheckVerdict, StepVerdict, Weakness } from "../run/index.ts";
import { formatDuration, plural, splitLines, truncateMiddle } from "../text/index.ts";
import { renderDiff } from "./diff.ts";
import { renderOutput } from "./output.ts";
import { type Look, type Style, styleOf } from "./style.ts";

const MAX_COMMAND = 120;

/**
 * Who reads: an author is told where in the file and how to mend the lesson; for a learner the lesson is right, and what
 * they are to do next stands elsewhere.
 */
export type Reader = "author" | "learner";

/** A verdict for reading: where, one sentence (what was found, what was expected, what to do next), and the diff. */
export function renderVerdict(verdict: StepVerdict, look?: Partial<Look>, reader: Reader = "author"): string {
  const style = styleOf(look);
  const { found, advice = "" } = describeVerdict(verdict, style);
  const isAuthor = reader === "author";
  const place = isAuthor && "place" in verdict ? [style.chalk.bold(style.clean(formatPlace(verdict.place)))] : [];
  const hasDiff = verdict.kind === "mismatch" && verdict.uncompared === undefined;
  // A reason may stand alone: of an output that is no document there are no rows.
  const isShown = hasDiff && (verdict.reason === undefined || verdict.diff.length > 0);
  const diff = isShown ? ["", renderDiff(verdict.diff, look)] : [];
  return [...place, style.sentence(isAuthor && advice !== "" ? `${found} ${advice}` : found), ...diff].join("\n");
}

/** A check's verdict for reading: the sentence, what its last try gave, and why, in its author's words. */
export function renderCheckVerdict(title: string, verdict: CheckVerdict, look?: Partial<Look>): string {
  const style = styleOf(look);
  const lines = [style.sentence(checkSentence(style.clean(title), verdict, style))];
  if (verdict.kind === "wrong")
    lines.push(...verdict.whys.map((why) => style.sentence(`why: ${style.clean(why)}`, "     ")));
  if (verdict.kind !== "wrong" && verdict.kind !== "broken") return lines.join("\n");
  const { diff, output, reason } = verdict.found;
  if (reason !== undefined) lines.push(style.sentence(style.clean(reason)));
  if (diff !== undefined && (reason === undefined || diff.length > 0)) lines.push("", renderDiff(diff, look));
  else if (output.trim() !== "")
    lines.push(
      "",
      renderOutput(output, style, verdict.kind === "wrong" && verdict.afterMs === 0 ? "its output" : "its last output"),
    );
  return lines.join("\n");
}

/** A verdict in its sentences alone: what was found, what an author can do. */
export function verdictSentence(verdict: StepVerdict, style: Style): string {
  const { found, advice = "" } = describeVerdict(verdict, style);
  return advice === "" ? found : `${found} ${advice}`;
}

/** What was found, and what the lesson's author can do about it. */
interface Description {
  readonly found: string;
  readonly advice?: string;
}

function describeVerdict(verdict: StepVerdict, style: Style): Description {
  switch (verdict.kind) {
    case "pass":
      return { found: verdict.by === "learner" ? "Done, as you said: nothing here can check it." : "Passed." };
    case "mismatch":
      if (verdict.uncompared !== undefined) return describeUncompared(style.clean(verdict.uncompared));
      return {
        found: verdict.reason === undefined ? describeDiff(verdict.diff) : style.clean(verdict.reason),
        advice: "Mend the command, or change the `output` block if what was found is right.",
      };
    case "wrong-exit":
      return describeWrongExit(verdict, style);
    case "syntax-error": {
      const message = style.clean(verdict.message.trim());
      return { found: `This is not valid bash, so nothing of the block was run: ${message}` };
    }
    case "not-written":
      return { found: `Could not write \`${style.clean(verdict.file)}\`: ${style.clean(verdict.reason)}.` };
    case "timeout":
      return {
        found: `Still running after ${formatDuration(verdict.afterMs)}, so it was ended.`,
        advice: "Raise `timeout=` if it needs longer, or let a check wait for what it waits for.",
      };
    case "session-died":
      return describeDeath(verdict);
    case "interrupted":
      return { found: "Interrupted." };
    case "background-ended":
      return { found: `\`${style.clean(verdict.name)}\`, a background block, ${style.clean(verdict.reason)}.` };
    case "check-failed":
      return { found: "A check does not hold." };
    case "unproven":
      return { found: describeWeaknesses(verdict.weaknesses, style) };
    case "already-true":
      return { found: "Already true: all its checks held before it ran, so it was not run." };
    case "skipped":
      return { found: `Skipped: ${style.clean(verdict.reason)}.` };
    case "solved-by-us":
      return { found: "Solved by its own solution." };
  }
}

/** Each on lines of its own, with the place where it is to be mended. */
function describeWeaknesses(weaknesses: readonly Weakness[], { clean }: Style): string {
  const [first, ...others] = weaknesses.map(
    ({ place, found, advice }) => `line ${place.line}: ${clean(`${found} ${advice}`)}`,
  );
  return [`Passed, but not proven.\n${first ?? ""}`, ...others].join("\n");
}

function describeUncompared(why: string): Description {
  return {
    found: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    advice: "Let the command print less, so that all of it can be compared.",
  };
}

function describeDiff(diff: (StepVerdict & { readonly kind: "mismatch" })["diff"]): string {
  const count = (kind: string): number => diff.filter((row) => row.kind === kind).length;
  const parts = [
    [count("changed"), "line differs", "lines differ"],
    [count("value"), "value differs", "values differ"],
    [count("missing"), "line is missing", "lines are missing"],
    [count("unexpected"), "line was not expected", "lines were not expected"],
  ] as const;
  const said = parts.filter(([n]) => n > 0).map(([n, one, many]) => plural(n, one, many));
  return `The output is not what was expected: ${said.join(", ") || "it differs"}.`;
}

function describeWrongExit(verdict: StepVerdict & { readonly kind: "wrong-exit" }, style: Style): Description {
  const [line = ""] = splitLines(style.clean(verdict.command));
  const command = truncateMiddle(line, MAX_COMMAND);
  const expected = verdict.expected === "nonzero" ? "a status other than 0" : verdict.expected;
  const advice =
    verdict.actual === 0
      ? "If that is right, take `exit=` away."
      : `If that is right, say so with \`exit=${verdict.actual}\`.`;
  return { found: `\`${command}\` ended with status ${verdict.actual}, expected ${expected}.`, advice };
}

function describeDeath({ status, signal }: StepVerdict & { readonly kind: "session-died" }): Description {
  if (signal !== undefined) return { found: `The session itself was ended by ${signal}, and its variables with it.` };
  const how = status === undefined ? "" : ` with status ${status}`;
  return {
    found: `The session itself ended${how}, and its variables with it.`,
    advice: "To leave early, put `exit` in a subshell: `( exit 1 )`.",
  };
}

/** A check's verdict in one sentence; the title has been made safe. */
export function checkSentence(title: string, verdict: CheckVerdict, style: Style): string {
  switch (verdict.kind) {
    case "pass":
      return `Holds: ${title}.`;
    case "wrong": {
      const after = verdict.afterMs === 0 ? "" : ` within ${formatDuration(verdict.afterMs)}`;
      const { status, diff } = verdict.found;
      const what = after === "" ? "its command" : "the last try";
      const last =
        diff !== undefined
          ? "its output is not what was expected"
          : `${what} ${status === undefined ? "did not end in time" : `ended with status ${status}`}`;
      return `Does not hold${after}: ${title} (${last}).`;
    }
    case "broken":
      return `The check itself is broken: ${title}: ${style.clean(verdict.reason)}. It says nothing about your work; its author has to mend it.`;
    case "interrupted":
      return `Not known, interrupted: ${title}.`;
    case "skipped":
      return `Skipped: ${title}: ${style.clean(verdict.reason)}.`;
  }
}
