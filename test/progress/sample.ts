import type { Lesson, Step } from "../../src/lesson/index.ts";
import type { EvidenceRecord } from "../../src/progress/index.ts";
import { CHECKPOINT_STEP, type StepVerdict, stepsOf } from "../../src/run/index.ts";

const place = { file: "lessons/lesson-01.md", line: 1, column: 1, offset: 0, endOffset: 1 };

export function stepOf(id: string, contentHash = `hash-${id}`): Step {
  const parts = { lead: "", tail: "", commands: [], checks: [], hints: [], solution: undefined };
  return { id, section: "Section", place, contentHash, ...parts };
}

export function lessonOf(id: string, steps: readonly Step[], withCheckpoint = true): Lesson {
  return {
    id,
    path: `lessons/${id}.md`,
    kind: "lesson",
    title: id,
    front: { title: id, summary: undefined, minutes: 5, requires: [], tools: [], vars: [], targets: [], defaults: {} },
    steps,
    checkpoint: withCheckpoint ? { place, lead: "", checks: [] } : undefined,
    cleanups: [],
    opening: "",
    closing: "",
  };
}

/** What a step of `stepOf` has, and the checkpoint of `lessonOf`. */
function hashOf(step: string): string {
  return step === CHECKPOINT_STEP ? (stepsOf(lessonOf("any", [])).at(-1)?.contentHash ?? "") : `hash-${step}`;
}

export function started(lesson: string, step: string, at: number): EvidenceRecord {
  return { type: "step-start", at, lesson, step, contentHash: hashOf(step) };
}

export function ended(
  lesson: string,
  step: string,
  at: number,
  verdict: StepVerdict = { kind: "pass" },
): EvidenceRecord {
  const rest = { durationMs: 7, versions: { kubectl: "1.35.0" }, vars: { CLUSTER: "learn-istio" }, seen: [] };
  return { type: "step-end", at, lesson, step, contentHash: hashOf(step), verdict, ...rest };
}

export function reset(lesson: string, at: number): EvidenceRecord {
  return { type: "reset", at, lesson };
}

export const FAILED: StepVerdict = { kind: "timeout", afterMs: 1000, place };
