import type { Lesson, Step } from "../../lesson/index.ts";
import { renderBackgroundEnd, renderCheckVerdict, renderVerdict } from "../../report/index.ts";
import { hiddenHead, type RunEvent, type StepVerdict, tallyOf } from "../../run/index.ts";
import {
  type ColourFilter,
  columnsOf,
  createColourFilter,
  formatDuration,
  keepColour,
  stripAnsi,
} from "../../text/index.ts";
import type { Io } from "../io.ts";
import { flow, indent, wrapText } from "../screen/lines.ts";
import { renderMarkdown } from "../screen/markdown.ts";
import { createPalette, type Palette } from "../screen/palette.ts";

type CommandStart = Extract<RunEvent, { type: "command-start" }>;

/** The learner's screen: lines, each written once; nothing moves, nothing is said by colour alone. */
export class View {
  readonly #io: Io;
  readonly #palette: Palette;
  readonly #checks = new Map<string, { readonly title: string; whys: string; announced: boolean }>();
  #filter: ColourFilter = createColourFilter();
  #atLineStart = true;
  /** The last line is blank, or nothing stands there yet: a gap never grows. */
  #blank = true;
  #hushed = false;
  #showCommands = false;
  #failedCheck: Extract<RunEvent, { type: "check-end" }> | undefined;

  constructor(io: Io) {
    this.#io = io;
    this.#palette = createPalette(io.colour);
  }

  get palette(): Palette {
    return this.#palette;
  }

  /** Text of ours, on lines of its own. */
  line(text = ""): void {
    this.#endLine();
    if (text === "" && this.#blank) return;
    this.#io.print(`${text}\n`);
    this.#blank = text === "" || text.endsWith("\n");
  }

  sentence(text: string, lead = ""): void {
    this.line(indent(wrapText(text, this.#io.width - lead.length), lead));
  }

  /** A line of a list: the text stands to the right of its mark. */
  item(mark: string, text: string): void {
    const lead = " ".repeat(columnsOf(mark) + 3);
    const body = indent(wrapText(this.#clean(text), this.#io.width - lead.length), lead);
    this.line(`  ${mark} ${body.slice(lead.length)}`);
  }

  /** Without a line end: what is asked stands before what is typed. */
  ask(text: string): void {
    this.#endLine();
    this.#io.print(text);
    this.#atLineStart = false;
    this.#blank = false;
  }

  /** The choices that are open, and the mark behind which one is typed. */
  choices(names: readonly string[], separator: string): void {
    this.line();
    this.ask(`${flow(names, separator, this.#io.width)}\n> `);
  }

  /** What was chosen by a key or typed into a pipe, so that the record reads like a session. */
  echo(text: string): void {
    this.#io.print(`${text}\n`);
    this.#atLineStart = true;
  }

  /** What was typed ended its line itself. */
  edited(): void {
    this.#atLineStart = true;
  }

  /** The terminal did not echo a key: its line is still open. */
  endAsk(): void {
    this.#endLine();
  }

  prose(markdown: string): void {
    const text = renderMarkdown(markdown, { width: this.#io.width, palette: this.#palette });
    if (text !== "") this.line(`${text}\n`);
  }

  stepHead(
    lesson: Lesson,
    step: Step,
    about: { readonly number: number; readonly of: number; readonly target: string },
  ): void {
    const { width } = this.#io;
    const place = `== ${lesson.id}  step ${about.number} of ${about.of}`;
    const whole = `${place}  ${step.section} [${about.target}]`;
    const narrow = (): string => flow([place, step.section, `[${about.target}]`], "  ", width, "   ");
    this.line();
    this.line(this.#palette.bold(columnsOf(whole) <= width ? whole : narrow()));
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
      this.sentence(`writes \`${this.#clean(file)}\``, "  ");
      this.line(this.#palette.code(indent(this.#clean(source), "    ")));
    }
  }

  source(source: string): void {
    const [first = "", ...rest] = this.#clean(source.trimEnd()).split("\n");
    this.line(this.#palette.code([`  $ ${first}`, ...rest.map((line) => `    ${line}`)].join("\n")));
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
        this.#filter = createColourFilter();
        return;
      case "output":
        this.#output(this.#filter.push(event.text));
        return;
      case "command-end":
        this.#output(this.#filter.end());
        return;
      case "check-start":
        this.#checks.set(event.check, { title: event.title, whys: "", announced: false });
        return;
      case "check-waiting":
        this.#waiting(event);
        return;
      case "check-end":
        this.#checkEnd(event);
        return;
      case "step-end":
        this.#stepEnd(event);
        return;
      case "background-end":
        if (event.how === "by-itself")
          this.line(indent(renderBackgroundEnd(event, { colour: this.#io.colour, width: this.#io.width - 2 }), "  "));
        return;
      case "cleanup-end":
        this.#cleanupEnd(event);
        return;
      case "note":
        this.sentence(this.#clean(event.text), "  ");
        return;
      default:
        return;
    }
  }

  #waiting(event: Extract<RunEvent, { type: "check-waiting" }>): void {
    const check = this.#checks.get(event.check);
    if (check === undefined) return;
    const whys = event.whys.map((why) => this.#clean(why)).join("; ");
    // One line when the wait begins and one for each new reason: lines that only repeat would bury the lesson.
    if (check.announced && (whys === "" || whys === check.whys)) return;
    check.announced = true;
    check.whys = whys;
    this.sentence(`waiting for: ${check.title}${whys === "" ? "" : ` (${whys})`}`, "  ");
  }

  #checkEnd(event: Extract<RunEvent, { type: "check-end" }>): void {
    const { verdict, title } = event;
    if (verdict.kind === "pass") {
      this.item(this.#palette.good("[x]"), title);
      return;
    }
    if (verdict.kind === "skipped") {
      this.item("[-]", `${title}: ${verdict.reason}`);
      return;
    }
    this.#failedCheck = event;
    this.item(this.#palette.bad("[ ]"), title);
  }

  #stepEnd({ verdict, durationMs }: Extract<RunEvent, { type: "step-end" }>): void {
    const look = { colour: this.#io.colour, width: this.#io.width - 2 };
    const check = this.#failedCheck;
    this.#failedCheck = undefined;
    const tally = tallyOf(verdict);
    if (tally === "passed") {
      const how = HOW[verdict.kind] ?? "passed";
      this.line(`  ${this.#palette.good(how)} (${formatDuration(durationMs)})`);
      return;
    }
    if (tally === "skipped") {
      this.line(indent(renderVerdict(verdict, look, "learner"), "  "));
      return;
    }
    if (tally === "interrupted") {
      this.line(`  ${this.#palette.bad("interrupted")}`);
      return;
    }
    this.line(`  ${this.#palette.bad("not passed")}`);
    const detail =
      verdict.kind === "check-failed" && check !== undefined
        ? renderCheckVerdict(check.title, check.verdict, look)
        : renderVerdict(verdict, look, "learner");
    this.line(indent(detail, "  "));
  }

  /** Why something outside of a step could not be done. */
  verdict(verdict: StepVerdict): void {
    const look = { colour: this.#io.colour, width: this.#io.width - 2 };
    this.line(indent(renderVerdict(verdict, look, "learner"), "  "));
  }

  hint(head: string, markdown: string): void {
    this.line();
    this.line(this.#palette.bold(wrapText(head, this.#io.width)));
    this.line();
    this.prose(markdown);
  }

  /** What a check found when it was asked outside of a step. */
  checkDetail(title: string, verdict: Parameters<typeof renderCheckVerdict>[1]): void {
    this.line(indent(renderCheckVerdict(title, verdict, { colour: this.#io.colour, width: this.#io.width - 2 }), "  "));
  }

  #cleanupEnd({ verdict, output }: Extract<RunEvent, { type: "cleanup-end" }>): void {
    if (output.trim() !== "") this.line(indent(this.#clean(output.trimEnd()), "  "));
    if (tallyOf(verdict) === "failed") this.line(indent(renderVerdict(verdict, { width: this.#io.width - 2 }), "  "));
  }

  #output(text: string): void {
    if (text === "") return;
    const shown = this.#io.colour ? text : stripAnsi(text);
    this.#io.print(shown);
    const plain = stripAnsi(shown);
    this.#atLineStart = plain.endsWith("\n");
    this.#blank = plain.endsWith("\n\n");
  }

  #endLine(): void {
    if (!this.#atLineStart) {
      this.#io.print("\n");
      this.#blank = false;
    }
    this.#atLineStart = true;
  }

  #clean(text: string): string {
    return this.#io.colour ? keepColour(text) : stripAnsi(text);
  }
}

const HOW: Readonly<Record<string, string>> = {
  "already-true": "already true: not run",
  "solved-by-us": "solved by us",
};
