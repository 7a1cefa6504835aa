/** Runs a lesson's steps in a session and tells what happened as a stream of RunEvents. */
export { CHECKPOINT_STEP, RUN_EVENT_VERSION, type RunEvent } from "./events.ts";
export type { CheckFinding, CheckVerdict, StepVerdict } from "./verdict.ts";
