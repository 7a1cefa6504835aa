import { createHash } from "node:crypto";
import type { Check, Checkpoint, Command, Step } from "../lesson/index.ts";
import { CHECKPOINT_STEP } from "./events.ts";

/** The checkpoint as a step without commands, so that it is run, judged and recorded as every step is. */
export function checkpointStep(checkpoint: Checkpoint): Step {
  return {
    id: CHECKPOINT_STEP,
    section: "Checkpoint",
    place: checkpoint.place,
    lead: checkpoint.lead,
    tail: "",
    commands: [],
    checks: checkpoint.checks,
    hints: [],
    solution: undefined,
    contentHash: hashOf(checkpoint.checks),
  };
}

function hashOf(checks: readonly Check[]): string {
  const parts = checks.map((check) => [
    check.id,
    check.withinMs,
    check.times,
    bodyOf(check.predicate),
    check.diagnoses.map(bodyOf),
  ]);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

function bodyOf({ source, exit, stream, expectations }: Command): unknown {
  return [source, exit, stream, expectations.map(({ mode, source: expected }) => [mode, expected])];
}
