import type { Lesson, Step } from "../../lesson/index.ts";
import type { CheckOutcome, LessonRun, StepVerdict } from "../../run/index.ts";
import { CHECKPOINT_STEP, stepsOf, tallyOf } from "../../run/index.ts";
import { type ChoiceName, nameChoices, renderHelp, type Wording } from "./choices.ts";
import { hintHead } from "./hints.ts";
import type { Input } from "./input.ts";
import { showStep } from "./show-step.ts";
import { commandsOf, editable, runTyped, withCommand } from "./typing.ts";
import type { View } from "./view.ts";

/** How a lesson was left. */
export type GuideEnd = "completed" | "quit" | "interrupted";

/** What the guide needs of `start`. */
export interface GuidePorts {
  readonly input: Input;
  readonly view: View;
  /** A signal for one step that the next Ctrl-C fires. */
  stepSignal(): AbortSignal;
  /** A choice is waited for: there is no step that Ctrl-C could end. */
  idle(): void;
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
      const wording = this.#wording();
      view.choices(nameChoices(open, wording), wording.keys ? "   " : ", ");
      this.#ports.idle();
      const choice = await this.#ports.input.next(open);
      view.endAsk();
      if (this.#ports.signal.aborted) return "interrupted";
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
    if (!green) first.push(...this.#toGetThere(step));
    if (this.#index > 0) first.push("back");
    return [...first, "reset", "list", "help", "quit"];
  }

  /** What helps with a step that has not passed; none of it means anything after. */
  #toGetThere(step: Step): ChoiceName[] {
    if (step.id === CHECKPOINT_STEP) return [];
    const choices: ChoiceName[] = [];
    // Without checks only the expectations of the one command can judge what is typed.
    if (step.checks.length > 0 || commandsOf(step).length === 1) choices.push("type");
    if (this.#ports.input.keys && editable(step) !== undefined) choices.push("edit");
    if (step.hints.length > 0) choices.push("hint");
    if (step.solution !== undefined || step.commands.length > 0) choices.push("solve");
    return [...choices, "skip"];
  }

  #wording(): Wording {
    return { keys: this.#ports.input.keys, again: this.#isGreen(this.#step) };
  }

  async #choose(choice: ChoiceName | "interrupt"): Promise<GuideEnd | undefined> {
    const { view } = this.#ports;
    if (choice !== "interrupt") this.#interrupts = 0;
    switch (choice) {
      case "interrupt":
        this.#interrupts += 1;
        if (this.#interrupts > 1) return "interrupted";
        view.sentence("Nothing runs. Ctrl-C once more leaves; `q` does too.");
        return undefined;
      case "run":
        return this.#perform("commands");
      case "type":
        return this.#type();
      case "edit":
        return this.#edit();
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
        view.line(renderHelp(this.#open(), this.#wording()));
        return undefined;
      case "quit":
        return "quit";
    }
  }

  async #perform(how: "commands" | "solve" | "checks", as: Step = this.#step): Promise<GuideEnd | undefined> {
    this.#ports.view.showCommands(how === "commands" && commandsOf(as).length > 1);
    const precheck = how === "commands" && as === this.#step && !this.#isGreen(as) ? "offer" : "off";
    const options = { how, precheck, signal: this.#ports.stepSignal() } as const;
    const verdict =
      as.id === CHECKPOINT_STEP ? await this.#run.runCheckpoint(options) : await this.#run.runStep(as, options);
    this.#inFlight = false;
    this.#held = false;
    if (this.#ports.signal.aborted) return "interrupted";
    await this.#ports.settle();
    return this.#judge(as, verdict);
  }

  /** Whatever is typed runs; the checks judge. A step without checks expects of it what it expects of its own command. */
  async #type(): Promise<GuideEnd | undefined> {
    const step = this.#step;
    const source = await this.#ask("");
    if (source === undefined) return undefined;
    if (step.checks.length === 0) return this.#perform("commands", withCommand(step, source));
    const signal = this.#ports.stepSignal();
    const files = await this.#run.writeFiles(step, signal);
    if (files.kind !== "pass") {
      this.#ports.view.verdict(files);
      return this.#ports.signal.aborted ? "interrupted" : undefined;
    }
    const end = await runTyped(this.#run, this.#ports.view, step, source, signal);
    if (this.#ports.signal.aborted) return "interrupted";
    await this.#ports.settle();
    return end.kind === "exited" ? this.#look() : undefined;
  }

  async #edit(): Promise<GuideEnd | undefined> {
    const step = this.#step;
    const source = await this.#ask(editable(step)?.source.trim() ?? "");
    return source === undefined ? undefined : this.#perform("commands", withCommand(step, source));
  }

  /** A command of the learner's own; undefined when they typed none. */
  async #ask(preset: string): Promise<string | undefined> {
    const { input, view } = this.#ports;
    view.ask(input.keys ? "" : "$ ");
    const typed = await input.line(preset);
    if (typed === undefined) view.endAsk();
    else view.edited();
    if (typed !== undefined && typed.trim() !== "") return typed;
    view.line("Nothing was typed, so nothing ran.");
    return undefined;
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

  /** Look once at the checks of a step with commands; when all hold, it has passed, whoever brought that about. */
  async #look(): Promise<GuideEnd | undefined> {
    const { view } = this.#ports;
    const step = this.#step;
    const outcomes = await this.#run.runChecks(step, step.checks, {
      once: true,
      all: true,
      signal: this.#ports.stepSignal(),
    });
    const holds = this.#explain(outcomes) && outcomes.length === step.checks.length;
    if (!holds || this.#isGreen(step)) return undefined;
    view.hush(true);
    try {
      return await this.#perform("checks");
    } finally {
      view.hush(false);
    }
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
    showStep(view, this.#lesson, step, { number: this.#index + 1, of: this.#steps.length, target });
    view.commands(step);
    if (step.commands.length === 0) for (const check of step.checks) view.item("[ ]", check.title);
    if (this.#isGreen(step)) view.line("  (passed before)");
  }

  /** The next hint; after the last the first again. */
  #showHint(): void {
    const { hints } = this.#step;
    const at = this.#hints % hints.length;
    const hint = hints[at];
    if (hint === undefined) return;
    this.#hints += 1;
    this.#ports.view.hint(hintHead(hint, at + 1, hints.length), hint.markdown);
  }

  #showSolution(): void {
    const { solution, solutionText = "" } = this.#step;
    if (solution === undefined) this.#ports.view.commands(this.#step);
    else {
      this.#ports.view.prose(solutionText);
      this.#ports.view.source(solution.source);
    }
  }

  #listSteps(): void {
    for (const [index, step] of this.#steps.entries()) {
      const mark = this.#isGreen(step) ? "[x]" : "[ ]";
      const here = index === this.#index ? "  <- here" : "";
      this.#ports.view.line(`  ${mark} ${String(index + 1).padStart(2)} ${step.id}${here}`);
    }
  }

  #unknown(word: string): undefined {
    const { view, input } = this.#ports;
    const wantsEdit = word === "e" || word === "edit";
    if (wantsEdit && input.keys && this.#step.commands.length > 0 && !this.#isGreen(this.#step))
      view.sentence(
        "Only a step with one command on one line can be edited. `t` types another; `learn-istio shell` is a whole shell.",
      );
    else view.line(`\`${word}\` is no choice here; \`?\` lists them.`);
    return undefined;
  }
}
