import type { Lesson, Step } from "../lesson/index.ts";
import { BACKGROUNDS_STEP } from "./backgrounds.ts";
import { Leftovers } from "./leftovers.ts";
import { LessonRun, skipLesson, stepsOf } from "./lesson-run.ts";
import type { Plan, PlannedLesson } from "./plan.ts";
import type { RunPorts } from "./ports.ts";
import type { RunSummary } from "./summary.ts";
import { tallyOf } from "./tally.ts";
import { tellRun } from "./tell-run.ts";
import { VARIABLES_STEP } from "./variables.ts";
import type { StepVerdict } from "./verdict.ts";

/** Why what comes after a failure is left out, where the run was to stop at it. */
export const STOPPED = "the run stopped at its first failure";
const INTERRUPTED = "interrupted";

/**
 * Run a plan to its end without asking anybody: lessons in order, steps in order, each lesson's cleanups when nothing
 * in the plan needs what it made. Rejects only when the machine refuses (no session can be opened); what has been made
 * by then is cleaned up first.
 */
export async function execute(plan: Plan, outer: RunPorts): Promise<RunSummary> {
  return tellRun(plan, outer, {}, (ports) => runLessons(plan, ports));
}

async function runLessons(plan: Plan, ports: RunPorts): Promise<void> {
  const open: OpenLesson[] = [];
  const leftovers = ports.survey === undefined ? undefined : new Leftovers(ports);
  const unproven = new Map<string, "failed" | "was skipped">();
  try {
    for (const [index, planned] of plan.lessons.entries()) {
      const { id } = planned.lesson;
      const reason = planned.skip ?? whyNotBegun(plan, planned, unproven, ports.signal);
      if (reason !== undefined) {
        skipLesson(planned.lesson, reason, ports);
        unproven.set(id, "was skipped");
      } else if (!(await runLesson(plan, planned, { open, leftovers }, ports))) unproven.set(id, "failed");
      await ports.lessonEnded?.({ planned, passed: !unproven.has(id), isBusy: isBusy(open, id, ports) });
      await cleanUp(open, index, leftovers);
    }
  } finally {
    await cleanUp(open, Number.POSITIVE_INFINITY, leftovers);
    await leftovers?.judgeRest();
  }
}

/** Its session lives on until its cleanups are due, with what it left running; or it has changed the machine itself. */
function isBusy(open: readonly OpenLesson[], id: string, { refuseHost }: RunPorts): boolean {
  const found = open.find(({ run }) => run.lesson.id === id);
  if (found === undefined) return false;
  const { lesson, session } = found.run;
  const changesHost = lesson.steps.some(({ commands }) => commands.some(({ host }) => host));
  return (changesHost && refuseHost !== undefined) || (found.cleanUpAfter >= 0 && session.leftRunning() > 0);
}

/** A lesson whose session stays open until its cleanups have run. */
interface OpenLesson {
  readonly run: LessonRun;
  readonly cleanUpAfter: number;
  /** Every step of it passed. */
  isOurs: boolean;
}

function whyNotBegun(
  { onFailure }: Plan,
  { needs }: PlannedLesson,
  unproven: ReadonlyMap<string, "failed" | "was skipped">,
  signal: AbortSignal,
): string | undefined {
  if (signal.aborted) return INTERRUPTED;
  if (onFailure === "stop" && [...unproven.values()].includes("failed")) return STOPPED;
  const broken = onFailure === "keep-going" ? undefined : needs.find((id) => unproven.has(id));
  return broken === undefined ? undefined : `it builds on \`${broken}\`, which ${unproven.get(broken)}`;
}

/** Newest first, those that are due; a lesson without cleanups only gives its session back. */
async function cleanUp(open: OpenLesson[], index: number, leftovers: Leftovers | undefined): Promise<void> {
  const refusals: unknown[] = [];
  for (const lesson of open.toReversed()) {
    if (lesson.cleanUpAfter > index) continue;
    open.splice(open.indexOf(lesson), 1);
    try {
      await lesson.run.runCleanups(lesson.isOurs);
      if (lesson.run.lesson.cleanups.length > 0) await leftovers?.judge(lesson.run.lesson);
      else leftovers?.judgeLater(lesson.run.lesson);
    } catch (error) {
      // The machine refuses a session: the other lessons still get their chance, then it is told.
      refusals.push(error);
    } finally {
      await lesson.run.close();
    }
  }
  if (refusals.length > 0) throw refusals[0];
}

/** Run one lesson; true when what builds on it may run. */
async function runLesson(
  plan: Plan,
  planned: PlannedLesson,
  { open, leftovers }: { readonly open: OpenLesson[]; readonly leftovers: Leftovers | undefined },
  ports: RunPorts,
): Promise<boolean> {
  const { lesson, cleanUpAfter, roles } = planned;
  const run = await LessonRun.open(lesson, ports, planned.isPrerequisite);
  await leftovers?.before();
  const opened: OpenLesson = { run, cleanUpAfter: lesson.cleanups.length > 0 ? cleanUpAfter : -1, isOurs: false };
  open.push(opened);
  const steps = stepsOf(lesson);
  tellRole(planned, ports);
  let reason = whyNoStep(plan, run, ports.signal);
  let good = run.ready.kind === "pass";
  /** What is not proven has passed: the rest is run, so that one run tells everything that is weak. */
  let holds = good;
  let ran = 0;
  if (reason === undefined) await run.lookBefore();
  for (const step of steps) {
    if (reason !== undefined) {
      run.skipStep(step, reason);
      continue;
    }
    const role = roles?.get(step.id);
    if (role?.kind === "left-out") {
      run.skipStep(step, role.reason);
      continue;
    }
    const verdict = await run.runStep(step, { how: howInTest(step), prerequisite: role !== undefined });
    await leftovers?.after(lesson, step);
    const tally = tallyOf(verdict);
    if (tally === "passed") ran += 1;
    if (tally === "failed") await ports.afterFailure?.(lesson, step.id);
    good &&= tally === "passed" || tally === "skipped";
    holds &&= tally === "passed" || tally === "skipped" || verdict.kind === "unproven";
    reason = whyStop(plan, run, verdict, step.id, ports.signal);
  }
  // Only what passes as it stands can be told from what does not.
  if (good && !ports.signal.aborted) good = await runVariants(run, ports);
  const ended = await run.endBackgrounds();
  if (ended?.kind === "background-ended") {
    // Noticed when no step was left to fail.
    await ports.afterFailure?.(lesson, ended.name);
    if (good) run.failBeside({ id: BACKGROUNDS_STEP, section: "Background blocks" }, ended, ended.place);
    run.end("failed", `\`${ended.name}\`, a background block, ${ended.reason}`);
    return false;
  }
  opened.isOurs = good && ran === steps.length;
  if (!good) run.end("failed", ports.signal.aborted ? INTERRUPTED : undefined);
  else if (ran === 0) run.end("skipped", steps.length > 0 ? "every step of it was skipped" : "it has nothing to run");
  else run.end("passed");
  return plan.onFailure === "stop" ? good : holds;
}

async function runVariants(run: LessonRun, { variants, signal }: RunPorts): Promise<boolean> {
  let good = true;
  for (const variant of variants?.of(run.lesson) ?? []) {
    if (signal.aborted || variants === undefined) break;
    good = (await run.runVariant(variant, variants)).kind === "pass" && good;
  }
  return good;
}

/** What runs without having been asked for is said before it does. */
function tellRole({ lesson, isPrerequisite, roles }: PlannedLesson, { clock, emit }: RunPorts): void {
  const before = [...(roles ?? [])].flatMap(([step, { kind }]) => (kind === "prerequisite" ? [`\`${step}\``] : []));
  const text = isPrerequisite
    ? "not asked for: it runs because a lesson that was asked for builds on it"
    : `not asked for: ${before.join(", ")} ${before.length === 1 ? "runs" : "run"} because a step that was asked for builds on ${before.length === 1 ? "it" : "them"}`;
  if (isPrerequisite || before.length > 0) emit({ type: "note", at: clock.now(), lesson: lesson.id, text });
}

/** Without its variables no step of a lesson makes sense, whatever was asked for after failures. */
function whyNoStep({ onFailure }: Plan, run: LessonRun, signal: AbortSignal): string | undefined {
  if (run.ready.kind === "pass") return undefined;
  return whyStop({ onFailure: onFailure === "stop" ? "stop" : "skip-lesson" }, run, run.ready, VARIABLES_STEP, signal);
}

/** A goal ("your turn") has nobody to reach it here: its solution does. */
function howInTest(step: Step): "commands" | "solve" {
  return step.commands.length === 0 && step.solution !== undefined ? "solve" : "commands";
}

/** Why the rest of a lesson is skipped after this verdict; undefined to go on. */
function whyStop(
  { onFailure }: Pick<Plan, "onFailure">,
  { session }: LessonRun,
  verdict: StepVerdict,
  step: Lesson["id"],
  signal: AbortSignal,
): string | undefined {
  if (signal.aborted || verdict.kind === "interrupted") return INTERRUPTED;
  if (!session.alive) return `the session ended in \`${step}\``;
  if (tallyOf(verdict) !== "failed" || onFailure === "keep-going") return undefined;
  if (verdict.kind === "unproven" && onFailure === "skip-lesson") return undefined;
  return onFailure === "stop" ? STOPPED : `\`${step}\` failed`;
}
