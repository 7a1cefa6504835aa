import type { Lesson, Step } from "../lesson/index.ts";
import { RUN_EVENT_VERSION, type RunEvent } from "./events.ts";
import { LessonRun, skipLesson, stepsOf } from "./lesson-run.ts";
import type { Plan, PlannedLesson } from "./plan.ts";
import type { RunPorts } from "./ports.ts";
import { addToSummary, EMPTY_SUMMARY, type RunSummary, tallyOf } from "./summary.ts";
import type { StepVerdict } from "./verdict.ts";

const STOPPED = "the run stopped at its first failure";
const INTERRUPTED = "interrupted";

/**
 * Run a plan to its end without asking anybody: lessons in order, steps in order, each lesson's cleanups when nothing
 * in the plan needs what it made. Rejects only when the machine refuses (no session can be opened); what has been made
 * by then is cleaned up first.
 */
export async function execute(plan: Plan, outer: RunPorts): Promise<RunSummary> {
  let summary = EMPTY_SUMMARY;
  const emit = (event: RunEvent): void => {
    summary = addToSummary(summary, event);
    outer.emit(event);
  };
  const ports: RunPorts = { ...outer, emit };
  const began = ports.clock.now();
  emit(startOf(plan, ports, began));
  const open: OpenLesson[] = [];
  const failed = new Set<string>();
  try {
    for (const [index, planned] of plan.lessons.entries()) {
      const reason = planned.skip ?? whyNotBegun(plan, planned, failed, ports.signal);
      if (reason !== undefined) skipLesson(planned.lesson, reason, ports);
      else if (!(await runLesson(plan, planned, open, ports))) failed.add(planned.lesson.id);
      await cleanUp(open, index);
    }
  } finally {
    await cleanUp(open, Number.POSITIVE_INFINITY);
    const at = ports.clock.now();
    emit({ type: "run-end", at, durationMs: at - began, interrupted: ports.signal.aborted });
  }
  return summary;
}

/** A lesson whose session stays open until its cleanups have run. */
interface OpenLesson {
  readonly run: LessonRun;
  readonly cleanUpAfter: number;
}

function startOf({ lessons }: Plan, { runId, target }: RunPorts, at: number): RunEvent {
  const listed = lessons.map(({ lesson }) => ({ id: lesson.id, path: lesson.path, steps: stepsOf(lesson).length }));
  return { type: "run-start", version: RUN_EVENT_VERSION, runId, at, target, lessons: listed };
}

function whyNotBegun(
  { onFailure }: Plan,
  { needs }: PlannedLesson,
  failed: ReadonlySet<string>,
  signal: AbortSignal,
): string | undefined {
  if (signal.aborted) return INTERRUPTED;
  if (onFailure === "stop" && failed.size > 0) return STOPPED;
  const broken = onFailure === "keep-going" ? undefined : needs.find((id) => failed.has(id));
  return broken === undefined ? undefined : `it builds on \`${broken}\`, which failed`;
}

/** Newest first, those that are due; a lesson without cleanups only gives its session back. */
async function cleanUp(open: OpenLesson[], index: number): Promise<void> {
  for (const lesson of open.toReversed()) {
    if (lesson.cleanUpAfter > index) continue;
    open.splice(open.indexOf(lesson), 1);
    try {
      await lesson.run.runCleanups();
    } finally {
      await lesson.run.close();
    }
  }
}

/** Run one lesson; true unless a step of it failed. */
async function runLesson(plan: Plan, planned: PlannedLesson, open: OpenLesson[], ports: RunPorts): Promise<boolean> {
  const { lesson, cleanUpAfter } = planned;
  const run = await LessonRun.open(lesson, ports);
  open.push({ run, cleanUpAfter: lesson.cleanups.length > 0 ? cleanUpAfter : -1 });
  const steps = stepsOf(lesson);
  let reason = whyStop(plan, run, run.ready, "variables", ports.signal);
  let good = run.ready.kind === "pass";
  let ran = 0;
  for (const step of steps) {
    if (reason !== undefined) {
      run.skipStep(step, reason);
      continue;
    }
    const verdict = await run.runStep(step, { how: howInTest(step) });
    const tally = tallyOf(verdict);
    if (tally === "passed") ran += 1;
    good &&= tally === "passed" || tally === "skipped";
    reason = whyStop(plan, run, verdict, step.id, ports.signal);
  }
  if (!good) run.end("failed", ports.signal.aborted ? INTERRUPTED : undefined);
  else if (ran === 0 && steps.length > 0) run.end("skipped", "every step of it was skipped");
  else run.end("passed");
  return good;
}

/** A goal ("your turn") has nobody to reach it here: its solution does. */
function howInTest(step: Step): "commands" | "solve" {
  return step.commands.length === 0 && step.solution !== undefined ? "solve" : "commands";
}

/** Why the rest of a lesson is skipped after this verdict; undefined to go on. */
function whyStop(
  { onFailure }: Plan,
  { session }: LessonRun,
  verdict: StepVerdict,
  step: Lesson["id"],
  signal: AbortSignal,
): string | undefined {
  if (signal.aborted || verdict.kind === "interrupted") return INTERRUPTED;
  if (!session.alive) return `the session ended in \`${step}\``;
  if (tallyOf(verdict) !== "failed" || onFailure === "keep-going") return undefined;
  return onFailure === "stop" ? STOPPED : `\`${step}\` failed`;
}
