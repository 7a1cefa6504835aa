import { EvidenceLog, type EvidenceRecord, EvidenceRecorder } from "../../progress/index.ts";
import { type RunEvent, tallyOf } from "../../run/index.ts";
import type { SavedState } from "../../shell/index.ts";
import { claimCourse } from "../claim.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { keepSavedSession, settleSavedSession, stageSavedSession } from "../saved-session.ts";

/** A learner's record while `start` runs: one writer at a time, each line on the disk before the next step. */
export interface Recording {
  /** All that is recorded, what this run adds included. */
  readonly records: readonly EvidenceRecord[];
  /** What could not be read of the log, one sentence each. */
  readonly notes: readonly string[];
  /** A pass waits for `settle`, or for whatever is recorded next: what it left in the session has to be kept with it. */
  accept(event: RunEvent): void;
  /** Record the pass that waits, and keep the session's state after it: both, or after a kill neither. */
  settle(lesson: string, state: SavedState): void;
  /** What the pass that waits left in the session is lost: it is not recorded, its step stays in flight. Was there one? */
  drop(): boolean;
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
  settleSavedSession(stateDir, nameOf(records.at(-1)));
  let waiting: EvidenceRecord | undefined;
  const write = (record: EvidenceRecord): void => {
    log.append(record);
    records.push(record);
  };
  const flush = (): void => {
    const record = waiting;
    waiting = undefined;
    if (record !== undefined) write(record);
  };
  return {
    records,
    notes: log.before.notes,
    append: (record) => {
      flush();
      write(record);
    },
    accept: (event) => {
      const record = recorder.accept(event);
      if (record === undefined) return;
      flush();
      if (record.type === "step-end" && tallyOf(record.verdict) === "passed") waiting = record;
      else write(record);
    },
    settle: (lesson, state) => {
      stageSavedSession(stateDir, lesson, state, nameOf(waiting) ?? "");
      flush();
      keepSavedSession(stateDir, lesson);
    },
    drop: () => {
      const dropped = waiting !== undefined;
      waiting = undefined;
      return dropped;
    },
    setVars: (values) => {
      vars = values;
    },
    close: () => {
      flush();
      log.close();
    },
  };
}

/** A record's name: two of a log never have the same. */
function nameOf(record: EvidenceRecord | undefined): string | undefined {
  return record?.type === "step-end" ? `${record.lesson}#${record.step} ${record.at}` : undefined;
}
