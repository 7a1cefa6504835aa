import type { Command, Step } from "../lesson/index.ts";
import { allHold, type CheckOutcome, lookBefore, runChecks } from "./check-run.ts";
import { isAsserted, PASS, runCommand } from "./command-run.ts";
import { hostRefusal, leftOut } from "./condition.ts";
import type { StepContext } from "./context.ts";
import { CHECKPOINT_STEP } from "./events.ts";
import { byHand } from "./manual.ts";
import { alreadyTrue, type StepProof } from "./prove.ts";
import { tallyOf } from "./tally.ts";
import type { StepVerdict } from "./verdict.ts";

/** How a step is run. */
export interface StepOptions {
  /**
   * `commands`: its own (default). `solve`: its solution, else its own. `checks`: the learner did it; judge only.
   * `confirmed`: the learner did it, and says so where no check can judge it.
   */
  readonly how?: "commands" | "solve" | "checks" | "confirmed";
  /** Whether to look first if all checks hold: `skip` takes it, `offer` asks the port, `off` (default) does not look. */
  readonly precheck?: "offer" | "skip" | "off";
  /** Ends this step as Ctrl-C does; the run goes on. */
  readonly signal?: AbortSignal;
  /** Nobody asked for it: reported as what a later step builds on. */
  readonly prerequisite?: boolean;
}

/** Counts that the step's end reports: commands run, and how many of them something asserted. */
export interface StepTally {
  commands: number;
  asserted: number;
}

/**
 * The one place where a step is run and judged: conditions, then commands in order, then checks, then whether the blocks
 * that run on still do. A step that failed keeps its own verdict; that a block ended is told beside it.
 */
export async function judgeStep(
  context: StepContext,
  step: Step,
  options: StepOptions,
  tally: StepTally,
): Promise<StepVerdict> {
  const { proof } = context;
  if (proof !== undefined && step.id !== CHECKPOINT_STEP && step.checks.length > 0) {
    if (await lookBefore(context, step.checks)) proof.weaknesses.push(alreadyTrue(step.place, "step"));
  }
  const passed = await judgeItself(context, step, options, tally);
  const verdict = tallyOf(passed) === "passed" ? byProof(passed, proof) : passed;
  if (context.backgrounds.isEmpty) return verdict;
  const ended = await context.backgrounds.endedByThemselves();
  return ended === undefined || ["failed", "interrupted"].includes(tallyOf(verdict)) ? verdict : ended;
}

/** A step that passed has to be one that could have failed. */
function byProof(passed: StepVerdict, proof: StepProof | undefined): StepVerdict {
  const [first] = proof?.weaknesses ?? [];
  return first === undefined ? passed : { kind: "unproven", place: first.place, weaknesses: proof?.weaknesses ?? [] };
}

async function judgeItself(
  context: StepContext,
  step: Step,
  options: StepOptions,
  tally: StepTally,
): Promise<StepVerdict> {
  if (context.signal.aborted) return { kind: "interrupted", place: step.place };
  if (step.manual !== undefined && (options.how ?? "commands") === "commands")
    return byHand(context, step, step.manual);
  const chosen = chooseCommands(step, options);
  const possible: Command[] = [];
  const left: LeftOut[] = [];
  const out = await sortOut(context, chosen, possible, left);
  if (out !== undefined && (out.kind !== "skipped" || !keepsAny(possible, chosen))) return out;
  if (options.precheck !== undefined && options.precheck !== "off" && (await isAlreadyTrue(context, step, options))) {
    return { kind: "already-true" };
  }
  // Asked last, where nothing else stands against it.
  const kept: Command[] = [];
  const refused = await refuseHosts(context, possible, kept, left);
  if (refused !== undefined && !keepsAny(kept, chosen)) return refused;
  if (kept.length > 0) tellLeftOut(context, left);
  let unmet: StepVerdict | undefined;
  for (const command of kept) {
    if (command.file === undefined) {
      tally.commands += 1;
      if (isAsserted(command, step)) tally.asserted += 1;
    }
    const verdict: StepVerdict = await (command.stop === undefined
      ? runCommand(context, command)
      : runAndStop(context, command, command.stop));
    // Where outputs are gathered, those of the commands that follow are wanted too.
    if (verdict.kind === "mismatch" && context.ports.observe !== undefined) unmet ??= verdict;
    else if (verdict.kind !== "pass") return verdict;
  }
  if (unmet !== undefined) return unmet;
  const outcomes = step.checks.length === 0 ? undefined : await runChecks(context, step.checks);
  // Checks that were left out have asserted nothing.
  if (outcomes !== undefined && allLeftOut(outcomes))
    tally.asserted -= countAsserted(kept, step) - countAsserted(kept, { checks: [] });
  const judged = outcomes === undefined ? undefined : judgeChecks(context, outcomes);
  if (judged !== undefined && (judged.kind !== "skipped" || kept.length === 0)) return judged;
  if (step.checks.length === 0 && options.how === "confirmed") return { kind: "pass", by: "learner" };
  if (kept.length === 0 && step.checks.length === 0) return { kind: "skipped", reason: "nothing here to run or check" };
  return options.how === "solve" ? { kind: "solved-by-us" } : PASS;
}

function allLeftOut(outcomes: readonly CheckOutcome[]): boolean {
  return outcomes.every(({ verdict }) => verdict.kind === "skipped");
}

function countAsserted(commands: readonly Command[], step: Pick<Step, "checks">): number {
  return commands.filter((command) => command.file === undefined && isAsserted(command, step)).length;
}

/** A command, and what it stops: the block ends when the command has ended, however that was. */
async function runAndStop(context: StepContext, command: Command, name: string): Promise<StepVerdict> {
  const early = await context.backgrounds.endedByThemselves();
  if (early !== undefined) return early;
  const verdict = await runCommand(context, command);
  await context.backgrounds.stop(name);
  return verdict;
}

/** Fill `kept` with the commands that may run; returns why the last of the others may not. */
async function refuseHosts(
  { ports }: StepContext,
  commands: readonly Command[],
  kept: Command[],
  left: LeftOut[],
): Promise<StepVerdict | undefined> {
  let refused: StepVerdict | undefined;
  for (const command of commands) {
    const refusal = command.host ? await hostRefusal(command, ports) : undefined;
    if (refusal === undefined) kept.push(command);
    else refused = refusal;
    if (refusal?.kind === "skipped") left.push({ command, reason: refusal.reason });
  }
  return refused;
}

/** A block that is not run, and why; of a transcript only its first command. */
interface LeftOut {
  readonly command: Command;
  readonly reason: string;
}

/** A step of which something runs must not look as if all of it did. */
function tellLeftOut({ lesson, ports }: StepContext, left: readonly LeftOut[]): void {
  for (const { command, reason } of left) {
    const text = `not run, line ${command.place.line}: ${reason}`;
    ports.emit({ type: "note", at: ports.clock.now(), lesson: lesson.id, text });
  }
}

/** Write only the files of a step: what somebody types in place of its commands may need them. */
export async function writeFiles(context: StepContext, step: Step): Promise<StepVerdict> {
  const kept: Command[] = [];
  const files = step.commands.filter((command) => command.file !== undefined);
  const out = await sortOut(context, files, kept, []);
  if (out !== undefined && out.kind !== "skipped") return out;
  for (const file of kept) {
    const verdict = await runCommand(context, file);
    if (verdict.kind !== "pass") return verdict;
  }
  return PASS;
}

/** Is anything left to run? Files alone are nothing where the commands that they were for are left out. */
function keepsAny(kept: readonly Command[], chosen: readonly Command[]): boolean {
  const counts = chosen.some(({ file }) => file === undefined) ? kept.filter(({ file }) => file === undefined) : kept;
  return counts.length > 0;
}

function chooseCommands(step: Step, { how }: StepOptions): readonly Command[] {
  if (how === "checks" || how === "confirmed") return [];
  return how === "solve" && step.solution !== undefined ? [step.solution] : step.commands;
}

/** Fill `kept` with the commands whose conditions hold; returns the last verdict of those left out. */
async function sortOut(
  context: StepContext,
  commands: readonly Command[],
  kept: Command[],
  left: LeftOut[],
): Promise<StepVerdict | undefined> {
  let out: StepVerdict | undefined;
  let asked: Command | undefined;
  for (const command of commands) {
    // The commands of one transcript share their fence's keys: an `if=` is asked once for all of them.
    const same = asked !== undefined && sameCondition(asked, command);
    const verdict = same ? out : await leftOut(command, context.ports, context.session);
    asked = command;
    out = verdict;
    if (verdict === undefined) kept.push(command);
    else if (verdict.kind !== "skipped") return verdict;
    else if (!same) left.push({ command, reason: verdict.reason });
  }
  return out;
}

function sameCondition({ condition: a }: Command, { condition: b }: Command): boolean {
  if (a === b) return true;
  const sameTargets = a.targets?.join() === b.targets?.join();
  return a.skip === b.skip && a.os === b.os && a.ifCommand === b.ifCommand && sameTargets;
}

async function isAlreadyTrue(context: StepContext, step: Step, { precheck }: StepOptions): Promise<boolean> {
  if (step.checks.length === 0 || !(await allHold(context, step.checks))) return false;
  return precheck === "skip" || (await context.ports.offer?.(step)) === "skip";
}

/** The step's verdict by its checks: undefined when they hold, `skipped` when each of them was left out. */
function judgeChecks(context: StepContext, outcomes: readonly CheckOutcome[]): StepVerdict | undefined {
  const last = outcomes.find(({ verdict }) => verdict.kind !== "pass" && verdict.kind !== "skipped");
  if (last !== undefined) {
    const { id: checkId } = last.check;
    const place = (last.verdict.kind === "wrong" ? last.verdict.found.place : undefined) ?? last.check.place;
    if (last.verdict.kind === "interrupted") return { kind: "interrupted", place };
    if (!context.session.alive) return { kind: "session-died", status: undefined, signal: undefined, place };
    return { kind: "check-failed", checkId, place };
  }
  const [first] = outcomes;
  return allLeftOut(outcomes) && first?.verdict.kind === "skipped" ? first.verdict : undefined;
}
