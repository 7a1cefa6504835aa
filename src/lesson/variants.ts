import type { Place } from "../diagnostics/index.ts";
import type { Command, Lesson, Step } from "./lesson.ts";

/** The verdicts by which a mistake may show; those of a step that failed. */
export const FAILING_VERDICTS = [
  "mismatch",
  "wrong-exit",
  "check-failed",
  "syntax-error",
  "timeout",
  "session-died",
  "not-written",
  "background-ended",
] as const;

export type FailingVerdict = (typeof FAILING_VERDICTS)[number];

/** A lesson with one thing changed: a typical mistake, which has to be noticed, or another right way, which must not be. */
export type LessonVariant = Mistake | RightWay;

/** What stands in a step's command or file is replaced. */
export interface Mistake {
  readonly kind: "mutant";
  readonly id: string;
  readonly title: string;
  readonly place: Place;
  readonly step: string;
  readonly replace: string;
  readonly with: string;
  /** The step that must fail; `checkpoint` for the checkpoint. */
  readonly at: string;
  readonly verdict: FailingVerdict;
  /** Words that the learner must see. */
  readonly why: string;
  /** How long the checks of that step are tried, at most. */
  readonly withinMs: number;
}

/** Other commands in the place of a step's own. */
export interface RightWay {
  readonly kind: "right-way";
  readonly id: string;
  readonly title: string;
  readonly place: Place;
  readonly step: string;
  readonly commands: string;
}

/** Where the words to be replaced stand in a step: its commands and files, or its solution where it has none. */
export function scriptsOf({ commands, solution }: Step): readonly Command[] {
  return commands.length > 0 || solution === undefined ? commands : [solution];
}

/** How often a text stands in a step's scripts. */
export function countIn(step: Step, text: string): number {
  return scriptsOf(step).reduce((count, { source }) => count + source.split(text).length - 1, 0);
}

/** The lesson as somebody follows it who makes this mistake, or goes this way. */
export function applyVariant(lesson: Lesson, variant: LessonVariant): Lesson {
  const steps = lesson.steps.map((step) => (step.id === variant.step ? changeStep(step, variant) : step));
  if (variant.kind === "right-way") return { ...lesson, steps };
  const { at, withinMs } = variant;
  const limited = steps.map((step) => (step.id === at ? { ...step, checks: limit(step.checks, withinMs) } : step));
  const { checkpoint } = lesson;
  if (checkpoint === undefined || at !== "checkpoint") return { ...lesson, steps: limited };
  return { ...lesson, steps: limited, checkpoint: { ...checkpoint, checks: limit(checkpoint.checks, withinMs) } };
}

function limit(checks: Step["checks"], withinMs: number): Step["checks"] {
  return checks.map((check) => ({ ...check, withinMs: Math.min(check.withinMs, withinMs) }));
}

function changeStep(step: Step, variant: LessonVariant): Step {
  const change = (command: Command): Command =>
    variant.kind === "mutant"
      ? { ...command, source: command.source.replace(variant.replace, () => variant.with) }
      : { ...command, source: variant.commands, expectations: [] };
  if (step.commands.length === 0) return { ...step, solution: step.solution && change(step.solution) };
  if (variant.kind === "mutant") return { ...step, commands: step.commands.map(change) };
  // The way replaces all commands of the step; its files stay.
  const files = step.commands.filter(({ file }) => file !== undefined);
  const [first] = step.commands.filter(({ file }) => file === undefined);
  return { ...step, commands: first === undefined ? files : [...files, change(first)] };
}
