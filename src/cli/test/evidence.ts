import { createHash } from "node:crypto";
import type { TargetName } from "../../lesson/index.ts";
import { type RunEvent, tallyOf } from "../../run/index.ts";

/** The version of the record; a reader of another version must refuse it. */
const EVIDENCE_VERSION = 1;

interface RecordedStep {
  readonly id: string;
  readonly line: number;
  readonly outcome: ReturnType<typeof tallyOf>;
  readonly verdict: string;
  /** Why it was skipped. */
  readonly reason?: string;
  readonly contentHash: string;
  readonly durationMs: number;
  readonly commands: number;
  readonly asserted: number;
  readonly prerequisite?: true;
}

interface RecordedLesson {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly prerequisite?: true;
  readonly outcome: "passed" | "failed" | "skipped" | "not ended";
  readonly steps: readonly RecordedStep[];
  readonly cleanups: readonly { readonly line: number; readonly outcome: string; readonly verdict: string }[];
}

interface RecordedRun {
  readonly target: TargetName;
  readonly variables: Readonly<Record<string, string>>;
  readonly beganAt: string;
  readonly endedAt?: string;
  readonly interrupted: boolean;
  readonly lessons: readonly RecordedLesson[];
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer One)[] ? Draft<One>[] : T[Key] };

/** Collects from a run's events what others need in order to trust it: what ran, in which version, how it ended. */
export class Evidence {
  readonly #runs: Draft<RecordedRun>[] = [];
  readonly #sourceOf: (file: string) => string | undefined;

  constructor(sourceOf: (file: string) => string | undefined) {
    this.#sourceOf = sourceOf;
  }

  accept(event: RunEvent): void {
    const run = this.#runs.at(-1);
    switch (event.type) {
      case "run-start": {
        const { target, variables = {} } = event;
        this.#runs.push({ target, variables, beganAt: date(event.at), interrupted: false, lessons: [] });
        return;
      }
      case "lesson-start": {
        const { lesson: id, path, title, prerequisite } = event;
        const sha256 = createHash("sha256")
          .update(this.#sourceOf(path) ?? "")
          .digest("hex");
        const role = prerequisite && { prerequisite };
        run?.lessons.push({ id, path, title, sha256, ...role, outcome: "not ended", steps: [], cleanups: [] });
        return;
      }
      case "step-end":
        lessonOf(run, event.lesson)?.steps.push(stepOf(event));
        return;
      case "cleanup-end": {
        const { verdict, place } = event;
        lessonOf(run, event.lesson)?.cleanups.push({
          line: place.line,
          outcome: tallyOf(verdict),
          verdict: verdict.kind,
        });
        return;
      }
      case "lesson-end": {
        const lesson = lessonOf(run, event.lesson);
        if (lesson !== undefined) lesson.outcome = event.outcome;
        return;
      }
      case "run-end":
        if (run === undefined) return;
        run.endedAt = date(event.at);
        run.interrupted = event.interrupted;
        return;
      default:
        return;
    }
  }

  /** The record as JSON. */
  text(about: Readonly<Record<string, unknown>>): string {
    const record = { format: "learn-istio-evidence", version: EVIDENCE_VERSION, ...about, runs: this.#runs };
    return `${JSON.stringify(record, null, 2)}\n`;
  }
}

function lessonOf(run: Draft<RecordedRun> | undefined, id: string): Draft<RecordedLesson> | undefined {
  return run?.lessons.findLast((lesson) => lesson.id === id);
}

function stepOf(event: RunEvent & { readonly type: "step-end" }): RecordedStep {
  const { step: id, place, verdict, contentHash, durationMs, commands, asserted, prerequisite } = event;
  return {
    id,
    line: place.line,
    outcome: tallyOf(verdict),
    verdict: verdict.kind,
    ...(verdict.kind === "skipped" && { reason: verdict.reason }),
    contentHash,
    durationMs,
    commands,
    asserted,
    ...(prerequisite && { prerequisite }),
  };
}

function date(at: number): string {
  return new Date(at).toISOString();
}
