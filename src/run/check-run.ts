import type { Check } from "../lesson/index.ts";
import { type CheckTry, diagnose, holdsAnywhere, tryCheck } from "./check-try.ts";
import type { Seen } from "./compare.ts";
import { leftOut } from "./condition.ts";
import type { StepContext } from "./context.ts";
import type { ProofCount } from "./events.ts";
import { neverFails, proveCheckOutput } from "./prove.ts";
import type { CheckFinding, CheckVerdict } from "./verdict.ts";

/** How checks are run: `once` tries each a single time, `all` goes on after one that does not hold. */
export interface CheckOptions {
  readonly once?: boolean;
  readonly all?: boolean;
}

export interface CheckOutcome {
  readonly check: Check;
  readonly verdict: CheckVerdict;
}

/** Tries after which the diagnoses are asked why it takes so long: the 3rd, then every 5th. */
const FIRST_DIAGNOSED_TRY = 3;
const DIAGNOSED_EVERY = 5;

/** Poll each check until it holds; ends at the first that does not, unless told to try all. */
export async function runChecks(
  context: StepContext,
  checks: readonly Check[],
  options: CheckOptions = {},
): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    const verdict = await runCheck(context, check, options);
    outcomes.push({ check, verdict });
    const holds = verdict.kind === "pass" || verdict.kind === "skipped";
    if (verdict.kind === "interrupted" || (!holds && options.all !== true)) break;
  }
  return outcomes;
}

/** Whether all checks hold right now: each tried once, nothing reported. A check left out says nothing either way. */
export async function allHold(context: StepContext, checks: readonly Check[]): Promise<boolean> {
  let held = 0;
  for (const check of checks) {
    if ((await leftOut(check.predicate, context.ports, context.session)) !== undefined) continue;
    if ((await tryCheck(context, check)).kind !== "pass") return false;
    held += 1;
  }
  return held > 0;
}

/** Before a step is run: note which of its checks do not hold. True when all of them do already. */
export async function lookBefore(context: StepContext, checks: readonly Check[]): Promise<boolean> {
  let asked = 0;
  let held = 0;
  for (const check of checks) {
    if ((await leftOut(check.predicate, context.ports, context.session)) !== undefined) continue;
    asked += 1;
    if ((await tryCheck(context, check)).kind === "pass") held += 1;
    else context.proof?.seenToFail.add(check.id);
  }
  return asked > 0 && held === asked;
}

async function runCheck(context: StepContext, check: Check, options: CheckOptions): Promise<CheckVerdict> {
  const { ports, step } = context;
  const about = { lesson: context.lesson.id, step, check: check.id, title: check.title, place: check.place };
  const began = ports.clock.now();
  ports.emit({ type: "check-start", at: began, ...about });
  const { verdict, tries, seen } = await judge(context, check, options);
  const proof = verdict.kind === "pass" ? await proven(context, check, seen) : undefined;
  const at = ports.clock.now();
  ports.emit({ type: "check-end", at, ...about, verdict, durationMs: at - began, tries, ...(proof && { proof }) });
  return verdict;
}

/** Under proof: the check has to be seen to fail, before the step or where nothing can be run, and its output to be told from wrong ones. */
async function proven(context: StepContext, check: Check, seen: Seen | undefined): Promise<ProofCount | undefined> {
  const { proof } = context;
  if (proof === undefined) return undefined;
  const { count, weaknesses } = await proveCheckOutput(check, seen);
  proof.weaknesses.push(...weaknesses);
  if (!proof.seenToFail.has(check.id) && (await holdsAnywhere(context, check))) {
    proof.weaknesses.push(neverFails(check));
  }
  return count;
}

async function judge(context: StepContext, check: Check, options: CheckOptions): Promise<Judged> {
  const out = await leftOut(check.predicate, context.ports, context.session);
  if (out === undefined) return poll(context, check, options);
  if (out.kind === "skipped") return { verdict: out, tries: 0 };
  if (out.kind === "interrupted") return { verdict: { kind: "interrupted" }, tries: 0 };
  const found: CheckFinding = { status: undefined, output: "", diff: undefined };
  return { verdict: { kind: "broken", reason: `its \`if=\` could not be judged (${out.kind})`, found }, tries: 0 };
}

interface Judged {
  readonly verdict: CheckVerdict;
  readonly tries: number;
  /** What the try that held gave to compare. */
  readonly seen?: Seen | undefined;
}

/**
 * Try until the predicate held `times` tries in a row, or a try fails at or past `within`. A streak that began in time
 * may end late; the last try stands at the deadline itself, so that a long `every` never shortens `within`.
 */
async function poll(context: StepContext, check: Check, options: CheckOptions): Promise<Judged> {
  const { clock } = context.ports;
  const withinMs = options.once === true ? 0 : check.withinMs;
  const times = options.once === true ? 1 : check.times;
  const began = clock.now();
  for (let tries = 1, streak = 0; ; tries += 1) {
    const tried = await tryCheck(context, check);
    streak = tried.kind === "pass" ? streak + 1 : 0;
    const waited = clock.now() - began;
    const standing = { held: streak >= times, waited, late: waited >= withinMs, polled: withinMs > 0 };
    const settled = await settle(context, check, tried, standing);
    if (settled !== undefined) {
      return { verdict: settled, tries, seen: tried.kind === "pass" ? tried.seen : undefined };
    }
    if (tried.kind === "not-yet") await tellWaiting(context, check, tries);
    const untilDeadline = withinMs - (clock.now() - began);
    const wanted = tried.kind === "pass" ? check.everyMs : pauseAfter(tries, check.everyMs);
    const pause = untilDeadline > 0 ? Math.min(wanted, untilDeadline) : wanted;
    await clock.sleep(pause, context.signal);
    if (context.signal.aborted) return { verdict: { kind: "interrupted" }, tries };
  }
}

/**
 * How long to wait after so many tries, ms: what has just been done is mostly true within a blink, so the first pauses are
 * short, a tenth of `every` and twice as long each time.
 */
function pauseAfter(tries: number, everyMs: number): number {
  return Math.min(everyMs, (everyMs / 10) * 2 ** (tries - 1));
}

interface Standing {
  readonly held: boolean;
  readonly waited: number;
  readonly late: boolean;
  /** Tried until a deadline; a check that was tried once has waited for nothing. */
  readonly polled: boolean;
}

/** The verdict, once there is one. */
async function settle(
  context: StepContext,
  check: Check,
  tried: CheckTry,
  { held, waited, late, polled }: Standing,
): Promise<CheckVerdict | undefined> {
  if (tried.kind === "interrupted" || tried.kind === "broken") return tried;
  if (tried.kind === "pass") return held ? { kind: "pass" } : undefined;
  if (!late) return undefined;
  return { kind: "wrong", afterMs: polled ? waited : 0, found: tried.found, ...(await diagnose(context, check)) };
}

/** Say at once that we wait, and every few tries why. */
async function tellWaiting(context: StepContext, check: Check, tries: number): Promise<void> {
  const asked = tries >= FIRST_DIAGNOSED_TRY && (tries - FIRST_DIAGNOSED_TRY) % DIAGNOSED_EVERY === 0;
  if (tries !== 1 && !asked) return;
  const { whys } = asked ? await diagnose(context, check) : { whys: [] };
  const { ports, step } = context;
  const about = { lesson: context.lesson.id, step, check: check.id };
  ports.emit({ type: "check-waiting", at: ports.clock.now(), ...about, tries, whys });
}
