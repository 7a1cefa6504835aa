import type { Step } from "../../lesson/index.ts";
import { CHECKPOINT_STEP } from "../../run/index.ts";
import type { ChoiceName } from "./choices.ts";
import type { Walk } from "./scene.ts";
import { asksToType, commandsOf } from "./typing.ts";

/** What else is possible: keys can be pressed, the learner is in a class, the class is ahead of this step. */
export interface Possible {
  readonly keys: boolean;
  readonly inClass: boolean;
  readonly behind: boolean;
}

/** The choices that mean something now; the first is what Enter does. */
export function openChoices(walk: Walk, { keys, inClass, behind }: Possible): ChoiceName[] {
  const { step } = walk;
  const green = walk.isGreen(step);
  const open: ChoiceName[] = [];
  if (green) open.push("next");
  if (walk.held) open.push("accept");
  const toType = !green && asksToType(step) && canType(step);
  if (toType) open.push("type");
  const toConfirm = !green && step.manual !== undefined;
  if (toConfirm) open.push("done");
  if (step.commands.length > 0) open.push("run");
  // A manual item is looked at by saying that it is done.
  if (step.checks.length > 0 && !toConfirm) open.push("check");
  if (walk.inFlight && !walk.held) open.push("accept");
  if (!green) open.push(...toGetThere(step, keys).filter((name) => !open.includes(name)));
  if (behind) open.push("follow");
  open.push("watch");
  if (walk.index > 0) open.push("back");
  if (walk.steps.length > 1) open.push("goto");
  if (inClass) open.push("hand");
  return [...open, "reset", "list", "help", "quit"];
}

/** What helps with a step that has not passed; none of it means anything after. */
function toGetThere(step: Step, keys: boolean): ChoiceName[] {
  if (step.id === CHECKPOINT_STEP) return [];
  const choices: ChoiceName[] = [];
  if (canType(step)) choices.push("type");
  if (keys && commandsOf(step).length === 1) choices.push("edit");
  if (step.hints.length > 0) choices.push("hint");
  if (step.solution !== undefined || step.commands.length > 0) choices.push("solve");
  return [...choices, "skip"];
}

/** Without checks only the expectations of the one command can judge what is typed. */
function canType(step: Step): boolean {
  return step.manual === undefined && (step.checks.length > 0 || commandsOf(step).length === 1);
}
