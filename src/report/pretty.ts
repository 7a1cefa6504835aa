import { formatPlace } from "../diagnostics/index.ts";
import {
  addToSummary,
  EMPTY_SUMMARY,
  hiddenHead,
  type ProofCount,
  type RunEvent,
  type RunSummary,
  tallyOf,
} from "../run/index.ts";
import { formatDuration, plural } from "../text/index.ts";
import { renderBackgroundEnd } from "./background.ts";
import { renderDiagnostics } from "./diagnostics.ts";
import { renderOutput, renderSource } from "./output.ts";
import { renderProof } from "./proof.ts";
import type { Problem, Reporter, ReporterOptions } from "./reporter.ts";
import { indented, type Look, type Style, styleOf } from "./style.ts";
import { renderSummary } from "./summary.ts";
import { renderCheckVerdict, renderVerdict } from "./verdict.ts";

type Event<Type extends RunEvent["type"]> = RunEvent & { readonly type: Type };

const DETAIL = "        ";
const ANNOUNCED = { sandbox: "on the sandbox (simulated)", live: "live", none: "without a cluster" } as const;

/** For people: one line for each step that passed, all there is to know about one that failed, the counts at the end. */
export function createPrettyReporter(options: ReporterOptions): Reporter {
  const report = new PrettyReport(options);
  return {
    // Beside it stderr tells them; a file has to tell them itself.
    findings: (findings) =>
      options.alone ? renderDiagnostics(findings, options.sourceOf ?? (() => undefined), options) : "",
    accept: (event) => report.accept(event),
    end: (problem) => (options.alone && problem !== undefined ? problemText(problem) : ""),
  };
}

class PrettyReport {
  readonly #style: Style;
  /** For what stands indented under a step. */
  readonly #detail: Look;
  readonly #verbose: boolean;
  #summary: RunSummary = EMPTY_SUMMARY;
  #source: Event<"command-start"> | undefined;
  #commands: { readonly start: Event<"command-start"> | undefined; readonly end: Event<"command-end"> }[] = [];
  #failingCheck: Event<"check-end"> | undefined;
  #skipped: Event<"step-end">[] = [];
  /** The checks of this step that were not asked, and why. */
  #leftOut: string[] = [];
  /** The report so far ends with an empty line. */
  #hasGap = false;
  #proofs: ProofCount[] = [];

  constructor(options: ReporterOptions) {
    this.#style = styleOf(options);
    this.#detail = { colour: options.colour, width: options.width - DETAIL.length };
    this.#verbose = options.verbose === true;
  }

  accept(event: RunEvent): string {
    this.#summary = addToSummary(this.#summary, event);
    const text = this.#textOf(event);
    const fitting = this.#hasGap && text.startsWith("\n") ? text.slice(1) : text;
    if (fitting !== "") this.#hasGap = fitting.endsWith("\n\n");
    return fitting;
  }

  #textOf(event: RunEvent): string {
    switch (event.type) {
      case "run-start":
        return `${plural(event.lessons.length, "lesson")} ${ANNOUNCED[event.target]}\n`;
      case "lesson-start":
        return `\n${this.#style.chalk.bold(this.#style.clean(event.title))}  ${this.#style.clean(event.path)}\n`;
      case "command-start":
        this.#source = event;
        return event.hidden === true ? this.#flushSkipped() + this.#hiddenText(event) : "";
      case "command-end":
        if (event.proof !== undefined) this.#proofs.push(event.proof);
        // Without -v only the last one can be asked for: a step ends at its first failing command.
        this.#commands = this.#verbose
          ? [...this.#commands, { start: this.#source, end: event }]
          : [{ start: this.#source, end: event }];
        return "";
      case "check-end":
        if (event.proof !== undefined) this.#proofs.push(event.proof);
        if (event.verdict.kind === "wrong" || event.verdict.kind === "broken") this.#failingCheck = event;
        if (event.verdict.kind === "skipped")
          this.#leftOut.push(`not checked: ${event.title}: ${event.verdict.reason}`);
        return "";
      case "step-end":
        return this.#stepEnd(event);
      case "background-end":
        return this.#flushSkipped() + this.#backgroundEnd(event);
      case "cleanup-end":
        return this.#flushSkipped() + this.#cleanupEnd(event);
      case "note":
        return `${this.#flushSkipped()}  note  ${this.#style.clean(event.text)}\n`;
      case "lesson-end":
        return this.#flushSkipped();
      case "run-end":
        return `${this.#flushSkipped()}\n${renderSummary(this.#summary, this.#style)}`;
      default:
        return "";
    }
  }

  #stepEnd(event: Event<"step-end">): string {
    const text = this.#stepText(event);
    this.#commands = [];
    this.#failingCheck = undefined;
    this.#proofs = [];
    this.#leftOut = [];
    return text;
  }

  #stepText(event: Event<"step-end">): string {
    const tally = tallyOf(event.verdict);
    if (tally === "skipped") {
      const flushed = reasonOf(this.#skipped[0]) === reasonOf(event) ? "" : this.#flushSkipped();
      this.#skipped.push(event);
      return flushed;
    }
    const { chalk, clean } = this.#style;
    const word = tally === "passed" ? chalk.green("pass") : chalk.red(tally === "failed" ? "FAIL" : "stop");
    const how = HOW[event.verdict.kind] ?? "";
    const line = `  ${word}  ${clean(event.step)}${how}  ${chalk.dim(formatDuration(event.durationMs))}\n`;
    const detail = tally === "passed" ? this.#passDetail() : this.#failDetail(event);
    const leftOut = this.#leftOut.map((text) => indented(`${clean(text)}\n`, DETAIL)).join("");
    return this.#flushSkipped() + line + leftOut + detail;
  }

  #passDetail(): string {
    const names = new Set(this.#commands.flatMap(({ end }) => end.normalisers ?? []));
    const kinds =
      names.size === 0 ? "" : `${DETAIL}${this.#style.chalk.dim(`compared by kind: ${[...names].join("; ")}`)}\n`;
    const proofs = this.#proofs.map((proof) => `${DETAIL}${this.#style.chalk.dim(renderProof(proof))}\n`).join("");
    return kinds + proofs + (this.#verbose ? this.#commandTexts() : "");
  }

  #commandTexts(): string {
    return this.#commands.map(({ start, end }) => block(this.#commandText(start, end, end.place.line))).join("");
  }

  #failDetail({ verdict }: Event<"step-end">): string {
    const check = this.#failingCheck;
    if (verdict.kind === "check-failed" && check !== undefined) {
      const where = this.#style.chalk.bold(this.#style.clean(formatPlace(verdict.place)));
      return block(`${where}\n${renderCheckVerdict(check.title, check.verdict, this.#detail)}`);
    }
    const parts = [renderVerdict(verdict, this.#detail)];
    const last = this.#commands.at(-1);
    const line = "place" in verdict && verdict.kind !== "mismatch" ? verdict.place.line : last?.end.place.line;
    // A background block's own command ran steps ago, and what it printed has been shown.
    const isElsewhere = verdict.kind === "background-ended" && verdict.place.line !== last?.end.place.line;
    if (last !== undefined && !isElsewhere) parts.push("", this.#commandText(last.start, last.end, line ?? 1));
    return block(parts.join("\n"));
  }

  #commandText(start: Event<"command-start"> | undefined, end: Event<"command-end">, line: number): string {
    const source = start === undefined ? "" : renderSource(start.source, end.place.line, line, this.#style);
    if (start?.file !== undefined) return `file \`${this.#style.clean(start.file)}\`:\n${source}`;
    const output = end.output.trim() === "" ? "it printed nothing" : renderOutput(end.output, this.#style);
    return `${source}\n${output}`;
  }

  #backgroundEnd(event: Event<"background-end">): string {
    const text = renderBackgroundEnd(event, this.#detail);
    return text === "" ? "" : `  note  ${indented(text, DETAIL).trimStart()}\n`;
  }

  /** Announced before it runs: a reader of the page has not seen it. */
  #hiddenText({ place, source, file }: Event<"command-start">): string {
    const what = file === undefined ? source.trimEnd() : `writes \`${file}\``;
    const [first = "", ...more] = this.#style.clean(what).split("\n");
    const lines = [`  note  ${hiddenHead(place)} ${first}`, ...more.map((line) => `${DETAIL}${line}`)];
    return `${lines.join("\n")}\n`;
  }

  #cleanupEnd({ lesson, place, verdict, output }: Event<"cleanup-end">): string {
    const { chalk, clean } = this.#style;
    const tally = tallyOf(verdict);
    const where = `clean up ${clean(lesson)}`;
    if (tally === "skipped") return `  skip  ${where}: ${clean(reasonOf({ verdict }) ?? "")}\n`;
    if (tally === "passed") return `  ${chalk.green("pass")}  ${where}\n`;
    const detail = [renderVerdict("place" in verdict ? verdict : { kind: "interrupted", place }, this.#detail)];
    if (output.trim() !== "") detail.push("", renderOutput(output, this.#style));
    return `  ${chalk.red("FAIL")}  ${where}\n${block(detail.join("\n"))}`;
  }

  /** Steps skipped one after the other for one reason take one line together. */
  #flushSkipped(): string {
    const [first] = this.#skipped;
    if (first === undefined) return "";
    const which = this.#skipped.length === 1 ? this.#style.clean(first.step) : plural(this.#skipped.length, "step");
    this.#skipped = [];
    return `  ${this.#style.chalk.yellow("skip")}  ${which}: ${this.#style.clean(reasonOf(first) ?? "")}\n`;
  }
}

const HOW: Readonly<Record<string, string>> = {
  "already-true": " (already true)",
  "solved-by-us": " (by its solution)",
};

function reasonOf(event: Pick<Event<"step-end">, "verdict"> | undefined): string | undefined {
  return event?.verdict.kind === "skipped" ? event.verdict.reason : undefined;
}

function block(text: string): string {
  return `${indented(text, DETAIL)}\n\n`;
}

function problemText({ message, hint }: Problem): string {
  return `learn-istio: ${message}\n${hint === undefined ? "" : `  hint: ${hint}\n`}`;
}
