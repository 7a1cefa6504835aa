import type { CheckVerdict, RunEvent, StepVerdict } from "../run/index.ts";
import { renderDiff } from "./diff.ts";
import { renderSource } from "./output.ts";
import { lastOf, safeLine, safeText } from "./safe-text.ts";
import { styleOf } from "./style.ts";
import { checkSentence, verdictSentence } from "./verdict.ts";

type Event<Type extends RunEvent["type"]> = RunEvent & { readonly type: Type };

/** The latest command of a step. */
export interface CommandSeen {
  readonly start: Event<"command-start">;
  readonly end: Event<"command-end"> | undefined;
}

/** What is known where a step failed. */
export interface Seen {
  readonly verdict: StepVerdict;
  readonly check: { readonly title: string; readonly verdict: CheckVerdict } | undefined;
  readonly command: CommandSeen | undefined;
  /** The background block that ended by itself. */
  readonly background: Event<"background-end"> | undefined;
}

/** A failure in parts, each safe for a file; empty where there is none. */
export interface Failure {
  /** One line: what was found, what was expected, what to do next. */
  readonly message: string;
  /** What a check's diagnoses said. */
  readonly whys: readonly string[];
  readonly diff: string;
  /** The command, with its lines in the document. */
  readonly command: string;
  /** What it printed. */
  readonly output: string;
}

/** No service shows more, and no reader wants it; the bundle has all. */
const MAX_OUTPUT = 64 * 1024;
/** Whoever shows the message breaks its lines. */
const PLAIN = styleOf({ colour: false, width: 1_000_000 });

/** What a failing step has to say. */
export function failureOf({ verdict, check, command, background }: Seen): Failure {
  if (verdict.kind === "check-failed" && check !== undefined) return checkFailure(check.title, check.verdict);
  const diff = verdict.kind === "mismatch" && verdict.uncompared === undefined ? verdict.diff : [];
  const ended = verdict.kind === "background-ended" ? background : undefined;
  const { source, printed } = ended === undefined ? partsOf(command, verdict) : { source: "", printed: ended.output };
  return {
    message: safeLine(verdictSentence(verdict, PLAIN)),
    whys: [],
    diff: diff.length === 0 ? "" : safeText(renderDiff(diff, PLAIN)),
    command: safeText(source),
    output: outputOf(printed),
  };
}

function checkFailure(title: string, verdict: CheckVerdict): Failure {
  const found = "found" in verdict ? verdict.found : undefined;
  const sentences = [checkSentence(PLAIN.clean(title), verdict, PLAIN), found?.reason ?? ""];
  return {
    message: safeLine(sentences.filter((sentence) => sentence !== "").join(" ")),
    whys: verdict.kind === "wrong" ? verdict.whys.map(safeLine) : [],
    diff: found?.diff === undefined || found.diff.length === 0 ? "" : safeText(renderDiff(found.diff, PLAIN)),
    command: "",
    output: outputOf(found?.output ?? ""),
  };
}

function partsOf(command: CommandSeen | undefined, verdict: StepVerdict): { source: string; printed: string } {
  if (command === undefined) return { source: "", printed: "" };
  const { start, end } = command;
  const line = "place" in verdict && verdict.kind !== "mismatch" ? verdict.place.line : start.place.line;
  return { source: renderSource(start.source, start.place.line, line, PLAIN), printed: end?.output ?? "" };
}

/** What was printed, for a report: its end, safe. */
export function outputOf(text: string): string {
  return lastOf(safeText(text).trimEnd(), MAX_OUTPUT);
}
