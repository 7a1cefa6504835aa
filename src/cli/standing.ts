import type { Lesson } from "../lesson/index.ts";
import type { EvidenceRecord } from "../progress/index.ts";
import { CHECKPOINT_STEP, tallyOf } from "../run/index.ts";

/** How far a lesson is, by its evidence alone: the lesson itself need not be parsed. */
export interface Standing {
  readonly state: "not begun" | "begun" | "completed" | "completed, then reset";
  /** Different steps that passed since the last reset; the checkpoint not counted. */
  readonly stepsPassed: number;
  readonly lastAt: number | undefined;
}

/** One lesson's standing. Completed is history: a reset does not take it away, but it is said. */
export function standingOf(records: readonly EvidenceRecord[], lesson: string): Standing {
  const own = records.filter((record) => record.lesson === lesson);
  const present = own.slice(own.findLastIndex((record) => record.type === "reset") + 1);
  const completed = passedSteps(own).has(CHECKPOINT_STEP);
  const passed = passedSteps(present);
  const state = completed
    ? passed.has(CHECKPOINT_STEP)
      ? "completed"
      : "completed, then reset"
    : present.length > 0
      ? "begun"
      : "not begun";
  return { state, stepsPassed: [...passed].filter((step) => step !== CHECKPOINT_STEP).length, lastAt: own.at(-1)?.at };
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
