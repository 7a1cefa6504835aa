import { EvidenceLog, EvidenceRecorder } from "../../progress/index.ts";
import type { RunEvent } from "../../run/index.ts";
import type { PlaceOfWork } from "../place-of-work.ts";

/** A learner's record while `start` runs: one writer at a time, each line on the disk before the next step. */
export interface Recording {
  readonly log: EvidenceLog;
  accept(event: RunEvent): void;
  /** Values of the lesson's variables, for the records that follow. */
  setVars(vars: Readonly<Record<string, string>>): void;
  reset(lesson: string, at: number): void;
  close(): void;
}

/** Take the course's lock and begin to record. Errors: another `start` is open, the folder cannot be written. */
export function openRecording({ stateDir, course, target }: PlaceOfWork, now: number, version: string): Recording {
  const log = EvidenceLog.open({ folder: stateDir, course: course.id, target, now, sync: true });
  let vars: Readonly<Record<string, string>> = {};
  const recorder = new EvidenceRecorder(() => ({ versions: { "learn-istio": version }, vars }));
  return {
    log,
    accept: (event) => {
      const record = recorder.accept(event);
      if (record !== undefined) log.append(record);
    },
    setVars: (values) => {
      vars = values;
    },
    reset: (lesson, at) => log.append({ type: "reset", at, lesson }),
    close: () => log.close(),
  };
}
