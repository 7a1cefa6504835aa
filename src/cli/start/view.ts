import type { Check, Lesson, Step } from "../../lesson/index.ts";
import { renderBackgroundEnd, renderCheckVerdict, renderVerdict } from "../../report/index.ts";
import { hiddenHead, type RunEvent, type StepVerdict, tallyOf } from "../../run/index.ts";
import { columnsOf, formatDuration, showHidden } from "../../text/index.ts";
import { highlight } from "../screen/code.ts";
import { flow, indent, wrapText } from "../screen/lines.ts";
import { renderMarkdown } from "../screen/markdown.ts";
import { Paper } from "../screen/paper.ts";
import { referencesOf } from "../screen/references.ts";
import { wrapCommand } from "../screen/wrap-command.ts";
import { quietVerdict } from "./client-noise.ts";
import { Waiting } from "./waiting.ts";

type CommandStart = Extract<RunEvent, { type: "command-start" }>;

/** The learner's screen: what a lesson says, and what its run comes to. */
export class View extends Paper {
  readonly #waiting = new Waiting({ keys: this.io.interactive });
  #references = "";
  #hushed = false;
  #showCommands = false;
  #failedCheck: Extract<RunEvent, { type: "check-end" }> | undefined;

  /** The choices that are open, and the mark behind which one is typed. */
  choices(names: readonly string[], separator: string): void {
    this.line();
    this.ask(`${flow(names, separator, this.io.width)}\n> `);
  }

  /** The lesson whose parts are shown from here on. */
  open(lesson: Lesson): void {
    this.#references = referencesOf(lesson);
  }

  prose(markdown: string): void {
    const text = this.#rendered(markdown, this.io.width);
    if (text === "") return;
    this.line();
    this.line(`${text}\n`);
  }

  stepHead(
    lesson: Lesson,
    step: Step,
    about: { readonly number: number; readonly of: number; readonly target: string },
  ): void {
    const { width } = this.io;
    const section = this.clean(step.section);
    const place = `== ${lesson.id}  step ${about.number} of ${about.of}`;
    const whole = `${place}  ${section} [${about.target}]`;
    const narrow = (): string => flow([place, section, `[${about.target}]`], "  ", width, "   ");
    this.line();
    this.line(this.palette.bold(columnsOf(whole) <= width ? whole : narrow()));
    this.line();
  }

  commands(step: Step): void {
    for (const { file, ...command } of step.commands) this.action({ ...command, ...(file && { file: file.path }) });
  }

  /** A command or a file before its turn; one that the page hides says so. */
  action({ source, file, hidden, place }: Pick<CommandStart, "source" | "file" | "hidden" | "place">): void {
    if (hidden === true) this.sentence(hiddenHead(place), "  ");
    if (file === undefined) this.source(source);
    else {
      this.sentence(`writes \`${showHidden(file)}\``, "  ");
      const language = file.slice(file.lastIndexOf(".") + 1);
      this.line(indent(highlight(showHidden(source.trimEnd()), language, this.palette), "    "));
    }
  }

  /** A command as it runs: nothing in it is hidden from who reads it. */
  source(source: string): void {
    const [first = "", ...rest] = wrapCommand(showHidden(source.trimEnd()), this.io.width - 4);
    this.line(this.palette.code([`  $ ${first}`, ...rest.map((line) => `    ${line}`)].join("\n")));
  }

  /** What is done by hand, as the lesson lists it. */
  manual(markdown: string): void {
    const text = this.#rendered(markdown, this.io.width - 6);
    this.line(`  [ ] ${indent(text, "      ").trimStart()}`);
  }

  /** Checks whose limits are told while they are waited for. */
  expect(checks: readonly Check[]): void {
    this.#waiting.expect(checks);
  }

  /** Whether each command is shown before it runs: where nobody was shown it before, and where there are several. */
  showCommands(show: boolean): void {
    this.#showCommands = show;
  }

  /** While hushed, checks that were shown a moment ago are judged without being shown again. */
  hush(hushed: boolean): void {
    this.#hushed = hushed;
  }

  accept(event: RunEvent): void {
    if (this.#hushed && event.type.startsWith("check-")) return;
    switch (event.type) {
      case "command-start":
        if (this.#showCommands) this.action(event);
        return;
      case "output":
        this.stream(event.text);
        return;
      case "command-end":
        this.endStream();
        return;
      case "check-start":
        this.#waiting.start(event);
        return;
      case "check-waiting":
        for (const { text, lead } of this.#waiting.tell(event)) this.sentence(text, lead);
        return;
      case "check-end":
        this.#checkEnd(event);
        return;
      case "step-end":
        this.#stepEnd(event);
        return;
      case "background-end":
        if (event.how === "by-itself")
          this.line(indent(renderBackgroundEnd(event, { colour: this.io.colour, width: this.io.width - 2 }), "  "));
        return;
      case "cleanup-end":
        this.#cleanupEnd(event);
        return;
      case "note":
        this.sentence(event.text, "  ");
        return;
      default:
        return;
    }
  }

  #checkEnd(event: Extract<RunEvent, { type: "check-end" }>): void {
    const { verdict, title } = event;
    if (verdict.kind === "pass") {
      this.item(this.palette.good("[x]"), title);
      return;
    }
    if (verdict.kind === "skipped") {
      this.item("[-]", `${title}: ${verdict.reason}`);
      return;
    }
    this.#failedCheck = event;
    this.item(this.palette.bad("[ ]"), title);
  }

  #stepEnd({ verdict, durationMs }: Extract<RunEvent, { type: "step-end" }>): void {
    const check = this.#failedCheck;
    this.#failedCheck = undefined;
    const tally = tallyOf(verdict);
    if (tally === "passed") {
      if (verdict.kind === "pass" && verdict.by === "learner") this.line(`  ${this.palette.good("done, as you said")}`);
      else this.line(`  ${this.palette.good(HOW[verdict.kind] ?? "passed")} (${formatDuration(durationMs)})`);
    } else if (tally === "skipped") this.verdict(verdict);
    else if (tally === "interrupted") this.line(`  ${this.palette.bad("interrupted")}`);
    else {
      this.line(`  ${this.palette.bad("not passed")}`);
      if (verdict.kind === "check-failed" && check !== undefined) this.checkDetail(check.title, check.verdict);
      else this.verdict(verdict);
    }
  }

  /** Why something did not come to what was expected, in a learner's words. */
  verdict(verdict: StepVerdict): void {
    this.line(indent(renderVerdict(verdict, this.#look, "learner"), "  "));
  }

  hint(head: string, markdown: string): void {
    this.line();
    this.line(this.palette.bold(wrapText(this.clean(head), this.io.width)));
    this.line();
    this.prose(markdown);
  }

  /** What somebody else says to the learner: it stands out among the lesson's own words. */
  said(text: string): void {
    this.line();
    this.line(this.palette.bold(wrapText(this.clean(text), this.io.width)));
  }

  /** What a check found. */
  checkDetail(title: string, verdict: Parameters<typeof renderCheckVerdict>[1]): void {
    this.line(indent(renderCheckVerdict(title, quietVerdict(verdict), this.#look), "  "));
  }

  #cleanupEnd({ verdict, output }: Extract<RunEvent, { type: "cleanup-end" }>): void {
    if (output.trim() !== "") this.line(indent(this.clean(output.trimEnd()), "  "));
    // A block that was left out undid nothing: its reason says whether there is something to do by hand.
    if (tallyOf(verdict) === "failed" || tallyOf(verdict) === "skipped")
      this.line(indent(renderVerdict(verdict, { width: this.io.width - 2 }), "  "));
  }

  #rendered(markdown: string, width: number): string {
    return renderMarkdown(markdown, { width, palette: this.palette, references: this.#references });
  }

  get #look() {
    return { colour: this.io.colour, width: this.io.width - 2 };
  }
}

const HOW: Readonly<Record<string, string>> = {
  "already-true": "already true: not run",
  "solved-by-us": "solved by us",
};
