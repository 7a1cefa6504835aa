import type { RunEvent, StepVerdict } from "../run/index.ts";
import { truncateMiddle } from "../text/index.ts";
import type { EvidenceRecord, Seen } from "./record.ts";

/** What holds for all records of a run. */
export interface RecorderFacts {
  readonly versions: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
}

/** Bounds of what one record carries, so that a log of years stays readable. */
const SEEN_OUTPUT_LENGTH = 4096;
const SEEN_ITEMS = 40;
const DIFF_ROWS = 40;

type StepEnd = RunEvent & { readonly type: "step-end" };

/** RunEvents to evidence: gives the records that an event asks for, in the order to append them. */
export class EvidenceRecorder {
  readonly #facts: () => RecorderFacts;
  #source = "";
  #seen: Seen[] = [];

  constructor(facts: () => RecorderFacts) {
    this.#facts = facts;
  }

  accept(event: RunEvent): EvidenceRecord | undefined {
    switch (event.type) {
      case "step-start": {
        const { at, lesson, step, contentHash } = event;
        this.#seen = [];
        return { type: "step-start", at, lesson, step, contentHash };
      }
      case "command-start":
        this.#source = truncateMiddle(event.source, SEEN_OUTPUT_LENGTH);
        return undefined;
      case "command-end": {
        const output = truncateMiddle(event.output, SEEN_OUTPUT_LENGTH);
        this.#see({ kind: "command", source: this.#source, status: event.status, output });
        return undefined;
      }
      case "check-end": {
        const output = "found" in event.verdict ? event.verdict.found.output : "";
        const { title, verdict } = event;
        this.#see({ kind: "check", title, verdict: verdict.kind, output: truncateMiddle(output, SEEN_OUTPUT_LENGTH) });
        return undefined;
      }
      case "step-end":
        return this.#end(event);
      default:
        return undefined;
    }
  }

  #see(seen: Seen): void {
    if (this.#seen.length < SEEN_ITEMS) this.#seen.push(seen);
  }

  #end({ at, lesson, step, contentHash, verdict, durationMs }: StepEnd): EvidenceRecord {
    const about = { at, lesson, step, contentHash, verdict: bounded(verdict), durationMs };
    const record: EvidenceRecord = { type: "step-end", ...about, ...this.#facts(), seen: this.#seen };
    this.#seen = [];
    return record;
  }
}

function bounded(verdict: StepVerdict): StepVerdict {
  if (verdict.kind !== "mismatch" || verdict.diff.length <= DIFF_ROWS) return verdict;
  const count = verdict.diff.length - DIFF_ROWS;
  return { ...verdict, diff: [...verdict.diff.slice(0, DIFF_ROWS), { kind: "elided", count }] };
}
