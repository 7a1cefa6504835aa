import { createHash } from "node:crypto";
import type { Diagnostic, Place } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { BACKGROUNDS_STEP, type RunEvent, type StepVerdict, stepsOf, tallyOf } from "../../run/index.ts";

/** Something that is known to be wrong. What it is recognised by; `about` is for people. */
export interface Known {
  readonly file: string;
  /** `step`, `cleanup` or `lesson` for a failure, `finding` for what `lint` says. */
  readonly kind: "step" | "cleanup" | "lesson" | "finding";
  /** The verdict's kind, or the finding's code. */
  readonly what: string;
  /** Of the step's content, the cleanup's or the finding's line: what is changed is no longer known. */
  readonly hash: string;
  /** Values of the matrix's row. */
  readonly row?: string;
  readonly about: string;
}

/** A file of what may fail. */
export interface Baseline {
  readonly version: 1;
  readonly known: readonly Known[];
}

type SourceOf = (file: string) => string | undefined;

/**
 * Tells a run as it is when what was wrong before is no news: a failure that the baseline knows is told as skipped, with that
 * as the reason; everything else stays as it is. Each entry excuses once.
 */
export class BaselineView {
  readonly #left: Known[];
  readonly #sourceOf: SourceOf;
  readonly #paths = new Map<string, string>();
  readonly #name: string;
  readonly #lesson = { news: 0, known: 0, passed: 0, isEndTold: false };
  #row: string | undefined;
  /** What is wrong now, known or not. */
  readonly found: Known[] = [];
  /** Contents that were judged; an entry about another is not stale, it was not looked at. */
  readonly #judged = new Set<string>();
  /** Files whose findings were asked for, and files whose lessons were. */
  readonly #linted = new Set<string>();
  readonly #ran = new Set<string>();
  /** What the steps and cleanups of a file are now. */
  readonly #contents = new Map<string, ReadonlySet<string>>();

  /** Without proof nothing can be unproven. */
  readonly #isProof: boolean;

  constructor(known: readonly Known[], name: string, sourceOf: SourceOf, isProof = false) {
    this.#isProof = isProof;
    this.#left = [...known];
    this.#name = name;
    this.#sourceOf = sourceOf;
  }

  /** These lessons are asked for. */
  expect(lessons: readonly Lesson[]): void {
    for (const lesson of lessons) {
      const cleanups = lesson.cleanups.map(({ place }) => this.#text(place));
      this.#contents.set(lesson.path, new Set([...stepsOf(lesson).map((step) => step.contentHash), ...cleanups]));
    }
  }

  /** Findings that the baseline does not know. */
  news(findings: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
    for (const file of files) this.#linted.add(file);
    return findings.filter((finding) => {
      const { place, code, message } = finding;
      return !this.#take({ file: place.file, kind: "finding", what: code, hash: this.#line(place), about: message });
    });
  }

  /** An event as it is to be told. */
  accept(event: RunEvent): RunEvent {
    switch (event.type) {
      case "run-start":
        this.#row = event.variables && JSON.stringify(event.variables);
        for (const { id, path } of event.lessons) this.#paths.set(id, path);
        return event;
      case "lesson-start":
        this.#ran.add(event.path);
        Object.assign(this.#lesson, { news: 0, known: 0, passed: 0, isEndTold: false });
        return event;
      case "step-end":
        return this.#step(event);
      case "cleanup-end":
        return this.#cleanup(event);
      case "lesson-end":
        return this.#end(event);
      default:
        return event;
    }
  }

  /** Entries that excused nothing, although what they are about was looked at or is gone. */
  stale(): readonly Known[] {
    return this.#left.filter(({ file, hash, kind, what, row }) => {
      const isGone = this.#ran.has(file) && !this.#contents.get(file)?.has(hash);
      if (what === "unproven" && !this.#isProof) return isGone;
      if (kind === "finding") return this.#linted.has(file);
      return isGone || (this.#ran.has(file) && this.#judged.has(keyOf(file, hash, row)));
    });
  }

  /** What is to stand in the file: what is wrong now, and what was not looked at. */
  renewed(): Baseline {
    const stale = new Set(this.stale());
    const known = [...this.found, ...this.#left.filter((one) => !stale.has(one))];
    const order = (one: Known): string => [one.file, one.kind, one.about, one.what, one.row ?? ""].join("\0");
    return { version: 1, known: known.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)) };
  }

  #cleanup(event: RunEvent & { readonly type: "cleanup-end" }): RunEvent {
    const hash = this.#text(event.place);
    if (event.verdict.kind !== "skipped") this.#judged.add(keyOf(event.place.file, hash, this.#row));
    const known = this.#excuse(event.lesson, "cleanup", event.verdict, { hash, about: "its cleanup" });
    return known === undefined ? event : { ...event, verdict: known };
  }

  #step(event: RunEvent & { readonly type: "step-end" }): RunEvent {
    const tally = tallyOf(event.verdict);
    if (tally === "passed") this.#lesson.passed += 1;
    const file = this.#paths.get(event.lesson) ?? event.lesson;
    if (tally === "passed" || tally === "failed") this.#judged.add(keyOf(file, event.contentHash, this.#row));
    const known = this.#excuse(event.lesson, "step", event.verdict, {
      hash: event.contentHash,
      about: `\`${event.step}\``,
    });
    if (event.step === BACKGROUNDS_STEP) this.#lesson.isEndTold = true;
    if (known !== undefined) this.#lesson.known += 1;
    else if (tally === "failed" || tally === "interrupted") this.#lesson.news += 1;
    return known === undefined ? event : { ...event, verdict: known };
  }

  #end(event: RunEvent & { readonly type: "lesson-end" }): RunEvent {
    const { news, known, passed, isEndTold } = this.#lesson;
    if (event.outcome !== "failed") return event;
    // Beside what its steps failed by: a block that ran on came to its end unseen.
    const hasOwnReason = event.reason !== undefined && !isEndTold;
    const isKnown = hasOwnReason ? this.#isKnownEnd(event) : known > 0;
    if (news > 0 || !isKnown) return event;
    const { reason: _, ...rest } = event;
    const outcome = passed > 0 ? "passed" : "skipped";
    return { ...rest, outcome, ...(outcome === "skipped" && { reason: this.#reason("what fails in it") }) };
  }

  #isKnownEnd({ lesson, reason = "" }: RunEvent & { readonly type: "lesson-end" }): boolean {
    const file = this.#paths.get(lesson) ?? lesson;
    return this.#take({ file, kind: "lesson", what: "failed", hash: hashOf(reason), about: reason });
  }

  /** The verdict in place of a failure that is known; undefined for what is none, or is news. */
  #excuse(
    lesson: string,
    kind: "step" | "cleanup",
    verdict: StepVerdict,
    { hash, about }: Pick<Known, "hash" | "about">,
  ): StepVerdict | undefined {
    if (tallyOf(verdict) !== "failed") return undefined;
    const file = this.#paths.get(lesson) ?? lesson;
    const line = "place" in verdict ? `, line ${verdict.place.line}` : "";
    return this.#take({ file, kind, what: verdict.kind, hash, about: `${about}${line}` })
      ? { kind: "skipped", reason: this.#reason(`its failure (${verdict.kind.replaceAll("-", " ")}${line})`) }
      : undefined;
  }

  #reason(what: string): string {
    return `${what} is known: it stands in \`${this.#name}\``;
  }

  #take(one: Known): boolean {
    const found: Known = this.#row === undefined || one.kind === "finding" ? one : { ...one, row: this.#row };
    this.found.push(found);
    const at = this.#left.findIndex(
      (known) =>
        known.file === found.file &&
        known.kind === found.kind &&
        known.what === found.what &&
        known.hash === found.hash &&
        known.row === found.row,
    );
    if (at === -1) return false;
    this.#left.splice(at, 1);
    return true;
  }

  #text(place: Place): string {
    return hashOf(this.#sourceOf(place.file)?.slice(place.offset, place.endOffset) ?? "");
  }

  /** The line of a finding: what stands around it may move. */
  #line(place: Place): string {
    return hashOf(this.#sourceOf(place.file)?.split("\n")[place.line - 1]?.trim() ?? "");
  }
}

function keyOf(file: string, hash: string, row: string | undefined): string {
  return [file, hash, row ?? ""].join("\0");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
