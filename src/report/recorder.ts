import type { Diagnostic } from "../diagnostics/index.ts";
import { type RunEvent, tallyOf } from "../run/index.ts";
import { type CommandSeen, type Failure, failureOf, outputOf, type Seen } from "./failure.ts";
import { type CaseRecord, type CheckTries, isBad, type RunRecord, type SuiteRecord } from "./record.ts";
import type { Problem } from "./reporter.ts";
import { safeLine } from "./safe-text.ts";

type Event<Type extends RunEvent["type"]> = RunEvent & { readonly type: Type };
type Open = { -readonly [Key in keyof SuiteRecord]: SuiteRecord[Key] } & {
  readonly cases: CaseRecord[];
  readonly notes: string[];
  command: CommandSeen | undefined;
  failingCheck: Seen["check"];
  background: Event<"background-end"> | undefined;
  checks: CheckTries[];
  ended: boolean;
};

/** Events to a RunRecord. Of what passed only what is shown is kept, so that a long run stays small. */
export class Recorder {
  readonly #suites: Open[] = [];
  readonly #refused: SuiteRecord[] = [];
  readonly #targets = new Set<string>();
  #warnings: readonly Diagnostic[] = [];
  #target: string | undefined;
  /** The values of this run of several. */
  #row = "";
  #commands = 0;
  #asserted = 0;
  #durationMs = 0;

  findings(findings: readonly Diagnostic[]): void {
    this.#warnings = findings.filter(({ severity }) => severity === "warning");
    const errors = findings.filter(({ severity }) => severity === "error");
    for (const file of new Set(errors.map(({ place }) => place.file))) {
      const cases = errors.filter(({ place }) => place.file === file).map(findingCase);
      this.#refused.push({ ...suite(file, file, file), cases, notes: [] });
    }
  }

  accept(event: RunEvent): void {
    if (event.type === "run-start") {
      this.#target = event.target;
      this.#row = Object.entries(event.variables ?? {})
        .map(([name, value]) => `${name}=${value}`)
        .join(", ");
      this.#targets.add(event.target);
    } else if (event.type === "run-end") this.#durationMs += event.durationMs;
    else if (event.type === "lesson-start") this.#open(event);
    else if (event.lesson !== undefined) {
      const id = this.#inRow(event.lesson);
      const open = this.#suites.findLast((suite) => suite.id === id);
      if (open !== undefined) this.#take(open, event);
    }
  }

  /** The record, complete: what did not come to its end is no success. */
  end(problem?: Problem): RunRecord {
    for (const open of this.#suites) {
      if (!open.ended) open.cases.push(lessonCase(open, "interrupted", "the lesson did not come to its end"));
    }
    const own =
      problem === undefined ? [] : [{ ...suite("learn-istio", "learn-istio", ""), cases: [problemCase(problem)] }];
    return {
      suites: [...this.#refused, ...this.#suites, ...own],
      warnings: this.#warnings,
      targets: [...this.#targets],
      commands: this.#commands,
      asserted: this.#asserted,
      durationMs: this.#durationMs,
    };
  }

  /** Whoever counts by names counts each run of several. */
  #inRow(lesson: string): string {
    return this.#row === "" ? lesson : safeLine(`${lesson} [${this.#row}]`);
  }

  #open({ lesson, path, title, at }: Event<"lesson-start">): void {
    const state = { command: undefined, failingCheck: undefined, background: undefined, checks: [], ended: false };
    const about = {
      ...suite(this.#inRow(lesson), this.#inRow(safeLine(title)), safeLine(path)),
      target: this.#target,
      at,
    };
    this.#suites.push({ ...about, cases: [], notes: [], ...state });
  }

  #take(open: Open, event: RunEvent): void {
    switch (event.type) {
      case "command-start":
        open.command = { start: event, end: undefined };
        return;
      case "command-end":
        if (open.command !== undefined) open.command = { ...open.command, end: event };
        return;
      case "check-end":
        this.#checked(open, event);
        return;
      case "background-end":
        if (event.how === "by-itself") open.background = event;
        return;
      case "note":
        open.notes.push(safeLine(event.text));
        return;
      case "step-end":
        this.#commands += event.commands;
        this.#asserted += event.asserted;
        open.cases.push(stepCase(open, event));
        Object.assign(open, { command: undefined, failingCheck: undefined, checks: [] });
        return;
      case "cleanup-end":
        open.cases.push(cleanupCase(event));
        return;
      case "lesson-end":
        open.ended = true;
        open.durationMs = event.durationMs;
        // Fail closed: a lesson that failed, and no step of it did.
        if (event.outcome === "failed" && !open.cases.some(isBad))
          open.cases.push(lessonCase(open, "failed", event.reason ?? "the lesson failed"));
        return;
    }
  }

  #checked(open: Open, { title, verdict, tries, durationMs }: Event<"check-end">): void {
    const reason = verdict.kind === "skipped" ? safeLine(verdict.reason) : "";
    open.checks.push({ title: safeLine(title), verdict: verdict.kind, tries, durationMs, reason });
    if (verdict.kind === "wrong" || verdict.kind === "broken") open.failingCheck = { title, verdict };
  }
}

function suite(id: string, title: string, path: string): SuiteRecord {
  return { id, title, path, target: undefined, at: undefined, durationMs: 0, cases: [], notes: [] };
}

function stepCase(open: Open, { step, verdict, place, durationMs }: Event<"step-end">): CaseRecord {
  const state = tallyOf(verdict);
  const bad = state === "failed" || state === "interrupted";
  const { failingCheck: check, command, background } = open;
  return {
    name: safeLine(step),
    state,
    kind: verdict.kind,
    place: "place" in verdict ? verdict.place : place,
    durationMs,
    reason: verdict.kind === "skipped" ? safeLine(verdict.reason) : "",
    failure: bad ? failureOf({ verdict, check, command, background }) : undefined,
    checks: open.checks,
  };
}

function cleanupCase({ verdict, place, output }: Event<"cleanup-end">): CaseRecord {
  const state = tallyOf(verdict);
  const bad = state === "failed" || state === "interrupted";
  const failure = failureOf({ verdict, check: undefined, command: undefined, background: undefined });
  return {
    ...plainCase("cleanup", state, verdict.kind),
    place: "place" in verdict ? verdict.place : place,
    reason: verdict.kind === "skipped" ? safeLine(verdict.reason) : "",
    failure: bad ? { ...failure, output: outputOf(output) } : undefined,
  };
}

function lessonCase(open: Open, state: "failed" | "interrupted", reason: string): CaseRecord {
  const ended = open.background;
  const failure = { ...message(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`) };
  return {
    ...plainCase("lesson", state, state === "failed" ? "lesson-failed" : "interrupted"),
    place: ended?.place ?? { file: open.path, line: 1, column: 1, offset: 0, endOffset: 0 },
    failure: ended === undefined ? failure : { ...failure, output: outputOf(ended.output) },
  };
}

function findingCase({ code, message: found, hint, place }: Diagnostic): CaseRecord {
  const text = hint === undefined ? found : `${found} (hint: ${hint})`;
  return { ...plainCase(`${code} line ${place.line}`, "failed", code), place, failure: message(text) };
}

function problemCase({ kind, message: found, hint }: Problem): CaseRecord {
  const state = kind === "interrupted" ? "interrupted" : "failed";
  const text = hint === undefined ? found : `${found} (hint: ${hint})`;
  return { ...plainCase("run", state, kind), failure: message(text) };
}

function plainCase(name: string, state: CaseRecord["state"], kind: string): CaseRecord {
  return { name, state, kind, place: undefined, durationMs: 0, reason: "", failure: undefined, checks: [] };
}

function message(text: string): Failure {
  return { message: safeLine(text), whys: [], diff: "", command: "", output: "" };
}
