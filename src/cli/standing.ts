import type { Lesson } from "../lesson/index.ts";
import type { EvidenceRecord } from "../progress/index.ts";
import { CHECKPOINT_STEP, tallyOf } from "../run/index.ts";

/** How far a lesson is, by its evidence alone: the lesson itself need not be parsed. */
export interface Standing {
  /**
   * Completed is history, and never taken away. What undid it here since is said: a reset, or a look that found its
   * checkpoint not to hold. `elsewhere`: by an imported record, nothing is known of this machine.
   */
  readonly state:
    | "not begun"
    | "begun"
    | "completed"
    | "completed, then reset"
    | "completed, begun again"
    | "completed, not in force"
    | "completed elsewhere";
  /** Different steps that passed here since the last reset; the checkpoint not counted. */
  readonly stepsPassed: number;
  readonly lastAt: number | undefined;
}

/** One lesson's standing. */
export function standingOf(records: readonly EvidenceRecord[], lesson: string): Standing {
  const all = records.filter((record) => record.lesson === lesson);
  const own = all.filter(({ from }) => from === undefined);
  const afterReset = own.findLastIndex((record) => record.type === "reset") + 1;
  const present = own.slice(afterReset);
  const passed = passedSteps(present);
  return {
    state: stateOf(passedSteps(all).has(CHECKPOINT_STEP), own, present),
    stepsPassed: [...passed].filter((step) => step !== CHECKPOINT_STEP).length,
    lastAt: all.at(-1)?.at,
  };
}

function stateOf(
  completed: boolean,
  own: readonly EvidenceRecord[],
  present: readonly EvidenceRecord[],
): Standing["state"] {
  const isBegun = present.some((record) => record.type === "step-start" || record.type === "step-end");
  if (!completed) return isBegun ? "begun" : "not begun";
  if (present.length < own.length && !isBegun) return "completed, then reset";
  const look = present.findLast(isLook);
  if (look === undefined) return isBegun ? "completed, begun again" : "completed elsewhere";
  const holds = look.type === "proof" ? look.holds : look.type === "step-end" && tallyOf(look.verdict) === "passed";
  return holds ? "completed" : "completed, not in force";
}

/** A record after which it is known whether the checkpoint holds. */
function isLook(record: EvidenceRecord): boolean {
  const isCheckpoint = record.type === "step-end" && record.step === CHECKPOINT_STEP;
  return isCheckpoint || record.type === "proof" || record.type === "back";
}

/** Whether every step of a lesson passed and none was undone since: then what stands there is what this tool made. */
export function madeByUs(records: readonly EvidenceRecord[], lesson: Lesson): boolean {
  const { state, stepsPassed } = standingOf(records, lesson.id);
  return state === "completed" && stepsPassed === lesson.steps.length;
}

function passedSteps(records: readonly EvidenceRecord[]): Set<string> {
  const passed = new Set<string>();
  for (const record of records) {
    if (record.type === "step-end" && tallyOf(record.verdict) === "passed") passed.add(record.step);
  }
  return passed;
}
