import type { Step } from "../../lesson/index.ts";
import { CHECKPOINT_STEP } from "../../run/index.ts";
import type { ChoiceName } from "./choices.ts";
import type { Walk } from "./scene.ts";
import { commandsOf, editable } from "./typing.ts";

/** The choices that mean something now; the first is what Enter does. */
export function openChoices(walk: Walk, { keys }: { readonly keys: boolean }): ChoiceName[] {
  const { step } = walk;
  const green = walk.isGreen(step);
  const open: ChoiceName[] = [];
  if (green) open.push("next");
  if (walk.held) open.push("accept");
  if (step.commands.length > 0) open.push("run");
  if (step.checks.length > 0) open.push("check");
  if (walk.inFlight && !walk.held) open.push("accept");
  if (!green) open.push(...toGetThere(step, keys));
  if (walk.index > 0) open.push("back");
  return [...open, "reset", "list", "help", "quit"];
}

/** What helps with a step that has not passed; none of it means anything after. */
function toGetThere(step: Step, keys: boolean): ChoiceName[] {
  if (step.id === CHECKPOINT_STEP) return [];
  const choices: ChoiceName[] = [];
  // Without checks only the expectations of the one command can judge what is typed.
  if (step.checks.length > 0 || commandsOf(step).length === 1) choices.push("type");
  if (keys && editable(step) !== undefined) choices.push("edit");
  if (step.hints.length > 0) choices.push("hint");
  if (step.solution !== undefined || step.commands.length > 0) choices.push("solve");
  return [...choices, "skip"];
}
