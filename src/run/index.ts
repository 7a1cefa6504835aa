/** Runs a lesson's steps in a session and tells what happened as a stream of RunEvents. */
export { BACKGROUNDS_STEP } from "./backgrounds.ts";
export type { CheckOutcome } from "./check-run.ts";
export { CHECKPOINT_STEP, type ProofCount, RUN_EVENT_VERSION, type RunEvent } from "./events.ts";
export { execute } from "./execute.ts";
export { executeStrands, type Surroundings } from "./execute-strands.ts";
export { hiddenHead } from "./hidden-head.ts";
export { LessonRun, stepsOf } from "./lesson-run.ts";
export { type Plan, plan, type Selection, type StepRole, type StepRoles } from "./plan.ts";
export type { Clock, FileWrite, RunPorts, Variant, Variants } from "./ports.ts";
export type { HeldEvent, Hold } from "./sequence.ts";
export { Slots } from "./slots.ts";
export { type Kept, States } from "./states.ts";
export type { StepOptions } from "./step-run.ts";
export {
  addToSummary,
  EMPTY_SUMMARY,
  exitCodeOf,
  type RunSummary,
  summarise,
} from "./summary.ts";
export { tallyOf } from "./tally.ts";
export type { CheckVerdict, StepVerdict, Weakness } from "./verdict.ts";
