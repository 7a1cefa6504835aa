import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";

/** Where to run a lesson from that was edited: a step, all of it, or nothing where only its prose changed. */
export type FirstChange =
  | { readonly kind: "step"; readonly step: string }
  | { readonly kind: "all" }
  | { readonly kind: "none" };

/** The first step that is not what it was. What all steps share (variables, requirements, targets) changes them all. */
export function firstChange(before: Lesson | undefined, after: Lesson): FirstChange {
  if (before === undefined || before.id !== after.id || frontOf(before) !== frontOf(after)) return { kind: "all" };
  const old = stepsOf(before).map(contentOf);
  const steps = stepsOf(after);
  const index = steps.findIndex((step, at) => contentOf(step) !== old[at]);
  // Steps taken away at the end, and cleanups: seen where the lesson ends.
  const isShorter = steps.length < old.length || cleanupsOf(before) !== cleanupsOf(after);
  const step = index === -1 ? (isShorter ? steps.at(-1) : undefined) : steps[index];
  if (step === undefined) return isShorter ? { kind: "all" } : { kind: "none" };
  return step === steps[0] ? { kind: "all" } : { kind: "step", step: step.id };
}

function contentOf(step: ReturnType<typeof stepsOf>[number]): string {
  // Limits of time are no part of a step's content, but they decide how it ends.
  const limits = [step.commands.map((one) => one.timeoutMs), step.checks.map((one) => [one.withinMs, one.everyMs])];
  return JSON.stringify([step.id, step.contentHash, limits]);
}

function frontOf({ front }: Lesson): string {
  const { vars, requires, targets, tools, defaults } = front;
  const values = vars.map((one) => [one.name, one.kind === "value" ? one.value : one.command, one.kind]);
  const ranges = tools.map((one) => [one.name, one.ranges]);
  return JSON.stringify([values, requires.map(({ id }) => id), targets, ranges, defaults]);
}

function cleanupsOf({ cleanups }: Lesson): string {
  return JSON.stringify(cleanups.map(({ source, exit, condition }) => [source, exit, condition]));
}
