import type { Check, Command } from "../lesson/index.ts";
import type { BlockEnd, BlockResult } from "../shell/index.ts";
import { keepColour, splitLines } from "../text/index.ts";
import { compare, placeOf, type Seen } from "./compare.ts";
import type { StepContext } from "./context.ts";
import { excerpt } from "./excerpt.ts";
import { meetsRule } from "./judge.ts";
import type { CheckFinding } from "./verdict.ts";

/** What one try of a check's predicate gave. */
export type CheckTry =
  | { readonly kind: "pass"; readonly seen: Seen | undefined }
  | { readonly kind: "not-yet"; readonly found: CheckFinding }
  | { readonly kind: "broken"; readonly reason: string; readonly found: CheckFinding }
  | { readonly kind: "interrupted" };

/** One try is quick: a predicate that hangs must not eat all of `within`. */
const TRY_TIMEOUT_MS = 10_000;
/** Lines shown of what the diagnoses printed. */
const MAX_WHYS = 20;

/** Statuses that say "this could not be judged", as opposed to "this is not so". */
const UNJUDGED: Readonly<Record<number, string>> = {
  86: "it asks for something that is not simulated (status 86)",
  126: "its command cannot be executed (status 126)",
  127: "its command was not found (status 127)",
};

/** Run the predicate once, in a subshell of the session. */
export async function tryCheck(context: StepContext, check: Check): Promise<CheckTry> {
  const { predicate } = check;
  const { end, output } = await runReadOnly(context, predicate);
  const found = { status: end.kind === "exited" ? end.status : undefined, output: excerpt(output), diff: undefined };
  if (end.kind === "interrupted") return { kind: "interrupted" };
  const broken = whyBroken(end, predicate);
  if (broken !== undefined) return { kind: "broken", reason: broken, found };
  if (end.kind !== "exited" || !meetsRule(predicate.exit, end.status)) return { kind: "not-yet", found };
  const { unmet, seen } = await compare(predicate.expectations, output, context.session);
  if (unmet === undefined) return { kind: "pass", seen };
  const { diff, reason } = unmet;
  return {
    kind: "not-yet",
    found: { ...found, diff, place: placeOf(unmet), ...(reason === undefined ? {} : { reason }) },
  };
}

/** Nothing can be run and nothing be found here, whatever the check asks. */
const BARREN = "builtin cd /; HOME=/nonexistent KUBECONFIG=/nonexistent PATH=/nonexistent\n";

/** Does the check hold even where no program can be run? Then it asks for nothing. */
export async function holdsAnywhere(context: StepContext, check: Check): Promise<boolean> {
  const { predicate } = check;
  const barren = { ...check, predicate: { ...predicate, source: BARREN + predicate.source } };
  return (await tryCheck(context, barren)).kind === "pass";
}

/** Why a check does not hold: the lines that its diagnoses print now, and the number of the first one that printed any. */
export interface Diagnosed {
  readonly whys: readonly string[];
  /** From 1, in the order of the page; absent where all kept silent. */
  readonly diagnosis?: number;
}

/** Ask a check's diagnoses why it does not hold yet. */
export async function diagnose(context: StepContext, check: Check): Promise<Diagnosed> {
  const whys: string[] = [];
  let first: number | undefined;
  for (const [index, diagnosis] of check.diagnoses.entries()) {
    const { end, output } = await runReadOnly(context, diagnosis);
    const lines = splitLines(keepColour(excerpt(output))).filter((line) => line.trim() !== "");
    if (lines.length > 0) first ??= index + 1;
    whys.push(...lines);
    const reason = whyBroken(end, diagnosis);
    if (reason !== undefined) whys.push(`(the diagnosis at line ${diagnosis.place.line} does not work: ${reason})`);
    if (end.kind === "interrupted") break;
  }
  return { whys: whys.slice(0, MAX_WHYS), ...(first !== undefined && { diagnosis: first }) };
}

function runReadOnly({ session, signal }: StepContext, command: Command): Promise<BlockResult> {
  const timeoutMs = Math.min(command.timeoutMs, TRY_TIMEOUT_MS);
  return session.run({ source: command.source, mode: "check", timeoutMs, stream: command.stream, signal });
}

/** A timeout is not broken: the next try may be quick. A status that the predicate itself asks for is none either. */
function whyBroken(end: BlockEnd, command: Command): string | undefined {
  switch (end.kind) {
    case "syntax-error":
      return `it is not valid bash: ${end.message}`;
    case "session-died":
      return "the session ended";
    case "exited":
      return command.exit.kind === "status" && command.exit.status === end.status ? undefined : UNJUDGED[end.status];
    case "timeout":
      return end.sessionLost ? "the session had to be ended" : undefined;
    case "interrupted":
      return undefined;
  }
}
