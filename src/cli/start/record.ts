import { EvidenceLog, type EvidenceRecord, EvidenceRecorder } from "../../progress/index.ts";
import type { RunEvent } from "../../run/index.ts";
import { claimCourse } from "../claim.ts";
import type { PlaceOfWork } from "../place-of-work.ts";

/** A learner's record while `start` runs: one writer at a time, each line on the disk before the next step. */
export interface Recording {
  /** All that is recorded, what this run adds included. */
  readonly records: readonly EvidenceRecord[];
  /** What could not be read of the log, one sentence each. */
  readonly notes: readonly string[];
  accept(event: RunEvent): void;
  /** Values of the lesson's variables, for the records that follow. */
  setVars(vars: Readonly<Record<string, string>>): void;
  append(record: EvidenceRecord): void;
  close(): void;
}

/** Take the course's lock and begin to record. Errors: another `start` is open, the folder cannot be written. */
export function openRecording(place: PlaceOfWork, now: number, version: string): Recording {
  const { stateDir, course, target } = place;
  const log = EvidenceLog.open({ folder: stateDir, course: course.id, target, now, sync: true });
  claimCourse(place);
  let vars: Readonly<Record<string, string>> = {};
  const recorder = new EvidenceRecorder(() => ({ versions: { "learn-istio": version }, vars }));
  const records = [...log.before.records];
  const append = (record: EvidenceRecord): void => {
    log.append(record);
    records.push(record);
  };
  return {
    records,
    notes: log.before.notes,
    append,
    accept: (event) => {
      const record = recorder.accept(event);
      if (record !== undefined) append(record);
    },
    setVars: (values) => {
      vars = values;
    },
    close: () => log.close(),
  };
}
