import type { Lesson, Step } from "../../lesson/index.ts";
import type { CheckOutcome, LessonRun, StepVerdict } from "../../run/index.ts";
import { CHECKPOINT_STEP, stepsOf, tallyOf } from "../../run/index.ts";
import { type ChoiceName, renderChoices, renderHelp } from "./choices.ts";
import type { Input } from "./input.ts";
import type { View } from "./view.ts";

/** How a lesson was left. */
export type GuideEnd = "completed" | "quit" | "interrupted";

/** What the guide needs of `start`. */
export interface GuidePorts {
  readonly input: Input;
  readonly view: View;
  /** A signal for one step that the next Ctrl-C fires. */
  stepSignal(): AbortSignal;
  /** The signal that ends everything: a second Ctrl-C, TERM, a terminal that is gone. */
  readonly signal: AbortSignal;
  readonly target: string;
  /** After each step: keep the session's state; a session that died is opened anew. */
  settle(): Promise<void>;
  /** Undo the lesson and forget its progress; false when the learner did not agree. */
  reset(): Promise<boolean>;
  isDone(step: string): boolean;
}

/** Takes a learner through one lesson: shows a step, waits for a choice, does it. */
export class Guide {
  readonly #lesson: Lesson;
  readonly #steps: readonly Step[];
  readonly #run: LessonRun;
  readonly #ports: GuidePorts;
  readonly #passed = new Set<string>();
  #index: number;
  #hints = 0;
  #interrupts = 0;
  #inFlight: boolean;
  /** In flight, and its checks hold: accepting it is the first choice. */
  #held = false;

  constructor(run: LessonRun, ports: GuidePorts, at: { readonly index: number; readonly inFlight: boolean }) {
    this.#lesson = run.lesson;
    this.#steps = stepsOf(run.lesson);
    this.#run = run;
    this.#ports = ports;
    this.#index = at.index;
    this.#inFlight = at.inFlight;
  }

  async guide(): Promise<GuideEnd> {
    const { view } = this.#ports;
    if (this.#index === 0) view.prose(this.#lesson.opening);
    this.#show();
    if (this.#inFlight) await this.#lookAfterInterruption();
    for (;;) {
      if (this.#ports.signal.aborted) return "interrupted";
      const open = this.#open();
      view.choices(renderChoices(open, this.#ports.input.keys));
      const choice = await this.#ports.input.next(open);
      view.endAsk();
      const end = typeof choice === "object" ? this.#unknown(choice.unknown) : await this.#choose(choice);
      if (end !== undefined) return end;
    }
  }

  get #step(): Step {
    const step = this.#steps[this.#index];
    if (step === undefined) throw new Error(`no step ${this.#index} in ${this.#lesson.id}`);
    return step;
  }

  /** The choices that mean something now; the first is what Enter does. */
  #open(): ChoiceName[] {
    const step = this.#step;
    const green = this.#isGreen(step);
    const first: ChoiceName[] = [];
    if (green) first.push("next");
    if (this.#held) first.push("accept");
    if (step.commands.length > 0) first.push("run");
    if (step.checks.length > 0) first.push("check");
    if (this.#inFlight && !this.#held) first.push("accept");
    if (step.hints.length > 0) first.push("hint");
    if (step.solution !== undefined) first.push("solve");
    if (!green && step.id !== CHECKPOINT_STEP) first.push("skip");
    if (this.#index > 0) first.push("back");
    return [...first, "reset", "list", "help", "quit"];
  }

  async #choose(choice: ChoiceName | "interrupt"): Promise<GuideEnd | undefined> {
    const { view, input } = this.#ports;
    if (choice !== "interrupt") this.#interrupts = 0;
    switch (choice) {
      case "interrupt":
        this.#interrupts += 1;
        if (this.#interrupts > 1) return "interrupted";
        view.line("Nothing runs. Ctrl-C once more leaves; `q` does too.");
        return undefined;
      case "run":
        return this.#perform("commands");
      case "solve":
        this.#showSolution();
        return this.#perform("solve");
      case "accept":
        if (this.#held) return this.#perform("checks");
        this.#run.skipStep(this.#step, "you accepted what an earlier run left");
        return this.#advance();
      case "check":
        // Without commands the checks are the step itself; with commands they are only looked at.
        return this.#step.commands.length === 0 ? this.#perform("checks") : this.#look();
      case "next":
        return this.#advance();
      case "skip":
        this.#run.skipStep(this.#step, "you chose to");
        return this.#advance();
      case "hint":
        this.#showHint();
        return undefined;
      case "back":
        this.#index -= 1;
        this.#forgetStep();
        this.#show();
        return undefined;
      case "reset":
        if (await this.#ports.reset()) {
          this.#index = 0;
          this.#passed.clear();
          this.#forgetStep();
          view.prose(this.#lesson.opening);
          this.#show();
        }
        return undefined;
      case "list":
        this.#listSteps();
        return undefined;
      case "help":
        view.line(renderHelp(this.#open()));
        if (!input.keys) view.line("  A word and Enter; its key does too. Enter alone is the first choice.");
        return undefined;
      case "quit":
        return "quit";
    }
  }

  async #perform(how: "commands" | "solve" | "checks"): Promise<GuideEnd | undefined> {
    const step = this.#step;
    this.#ports.view.showCommands(how === "commands" && step.commands.length > 1);
    const options = { how, precheck: how === "commands" ? "offer" : "off", signal: this.#ports.stepSignal() } as const;
    const verdict =
      step.id === CHECKPOINT_STEP ? await this.#run.runCheckpoint(options) : await this.#run.runStep(step, options);
    this.#inFlight = false;
    this.#held = false;
    if (this.#ports.signal.aborted) return "interrupted";
    await this.#ports.settle();
    return this.#judge(step, verdict);
  }

  #judge(step: Step, verdict: StepVerdict): GuideEnd | undefined {
    const tally = tallyOf(verdict);
    if (tally !== "passed" && tally !== "skipped") {
      if (step.hints.length > 0) this.#ports.view.line("  There is a hint.");
      return undefined;
    }
    this.#passed.add(step.id);
    this.#ports.view.prose(step.tail);
    return step.id === this.#steps.at(-1)?.id ? this.#finish() : undefined;
  }

  async #look(): Promise<undefined> {
    const step = this.#step;
    const outcomes = await this.#run.runChecks(step, step.checks, {
      once: true,
      all: true,
      signal: this.#ports.stepSignal(),
    });
    this.#explain(outcomes);
    return undefined;
  }

  #explain(outcomes: readonly CheckOutcome[]): boolean {
    const failing = outcomes.filter(({ verdict }) => verdict.kind === "wrong" || verdict.kind === "broken");
    for (const { check, verdict } of failing) this.#ports.view.checkDetail(check.title, verdict);
    return failing.length === 0 && outcomes.some(({ verdict }) => verdict.kind === "pass");
  }

  /** A step was running when an earlier `start` ended: what it did is looked at before anything is offered. */
  async #lookAfterInterruption(): Promise<void> {
    const { view } = this.#ports;
    const step = this.#step;
    if (step.checks.length === 0) {
      view.sentence(
        "This step was running when you left, and nothing can tell how far it came. Run it again, accept it as done, or reset the lesson.",
      );
      return;
    }
    view.sentence("This step was running when you left. Looking how far it came:");
    this.#held = this.#explain(
      await this.#run.runChecks(step, step.checks, { once: true, all: true, signal: this.#ports.stepSignal() }),
    );
    view.sentence(
      this.#held
        ? "It came to its end: accept it, or run it again."
        : "It did not come to its end: run it again, accept it all the same, or reset the lesson.",
    );
  }

  #advance(): GuideEnd | undefined {
    if (this.#index === this.#steps.length - 1) return this.#finish();
    this.#index += 1;
    this.#forgetStep();
    this.#show();
    return undefined;
  }

  #finish(): GuideEnd {
    this.#ports.view.line();
    this.#ports.view.prose(this.#lesson.closing);
    return "completed";
  }

  #forgetStep(): void {
    this.#hints = 0;
    this.#inFlight = false;
    this.#held = false;
  }

  #isGreen(step: Step): boolean {
    return this.#passed.has(step.id) || (!this.#inFlight && this.#ports.isDone(step.id));
  }

  #show(): void {
    const { view, target } = this.#ports;
    const step = this.#step;
    view.stepHead(this.#lesson, step, { number: this.#index + 1, of: this.#steps.length, target });
    view.prose(withoutHeading(step.lead));
    view.commands(step);
    if (step.commands.length === 0) for (const check of step.checks) view.sentence(`[ ] ${check.title}`, "  ");
    if (this.#isGreen(step)) view.line("  (passed before)");
  }

  #showHint(): void {
    const { hints } = this.#step;
    const hint = hints[this.#hints % hints.length];
    if (hint === undefined) return;
    this.#hints += 1;
    const left = hints.length - this.#hints;
    this.#ports.view.sentence(`Hint: ${hint.title}`);
    this.#ports.view.prose(hint.markdown);
    if (left > 0) this.#ports.view.line(`(${left} more)`);
  }

  #showSolution(): void {
    const { solution } = this.#step;
    if (solution !== undefined) this.#ports.view.source(solution.source);
  }

  #listSteps(): void {
    for (const [index, step] of this.#steps.entries()) {
      const mark = this.#isGreen(step) ? "[x]" : "[ ]";
      const here = index === this.#index ? "  <- here" : "";
      this.#ports.view.line(`  ${mark} ${step.id}${here}`);
    }
  }

  #unknown(word: string): undefined {
    this.#ports.view.line(`\`${word}\` is no choice here; \`?\` lists them.`);
    return undefined;
  }
}

/** The heading that opens a step's prose stands in the line above it already. */
function withoutHeading(markdown: string): string {
  return markdown.replace(/^\s*#{1,6} [^\n]*\n?/, "");
}
