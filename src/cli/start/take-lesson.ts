import type { Lesson } from "../../lesson/index.ts";
import { progressOf, resumePoint } from "../../progress/index.ts";
import { CHECKPOINT_STEP, type LessonRun, type StepVerdict, stepsOf, tallyOf } from "../../run/index.ts";
import type { Target } from "../../target/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { markTaken, pendingChanges } from "../own-shell/own-shells.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { quoteWord } from "../quote-word.ts";
import { dropSavedSession, readSavedSession } from "../saved-session.ts";
import { madeByUs } from "../standing.ts";
import { guide } from "./guide.ts";
import { refuseHost } from "./host-blocks.ts";
import { createKeyInput, createWordInput, type Input } from "./input.ts";
import { openLearnerRun, varsOf } from "./learner-run.ts";
import type { Recording } from "./record.ts";
import { Settling } from "./settling.ts";
import { showStep } from "./show-step.ts";
import type { View } from "./view.ts";

/** A lesson to be taken, and where in it to begin. */
export interface Taking {
  readonly place: PlaceOfWork;
  readonly target: Target;
  readonly lesson: Lesson;
  readonly recording: Recording;
  readonly view: View;
  /** A step that was named; undefined: where the learner left off. */
  readonly step: string | undefined;
}

/** Take a learner (or with `--yes` nobody) through a lesson. Returns the exit code. */
export async function takeLesson(io: Io, options: Options, taking: Taking): Promise<number> {
  const { place, target, lesson, recording, view } = taking;
  const at = whereToBegin(taking);
  if (at.index === 0 && !at.inFlight) dropSavedSession(place.stateDir);
  const stop = new Interrupts(io, view);
  const restored = readSavedSession(place.stateDir, lesson.id, (sentence) => view.sentence(sentence));
  let input: Input | undefined;
  const run = await openLearnerRun(io, options, {
    place,
    target,
    lesson,
    signal: stop.all,
    restore: () => readSavedSession(place.stateDir, lesson.id),
    emit: (event) => {
      recording.accept(event);
      view.accept(event);
    },
    refuseHost: (command) => refuseHost(command, { io, input, view, target: target.name }),
    offer: async () => {
      if (input === undefined) return "run";
      view.ask("All checks of this step hold already. Skip it? (y/n) ");
      return (await input.confirm()) ? "skip" : "run";
    },
  });
  const settle = new Settling(taking, run);
  try {
    if (tallyOf(run.ready) !== "passed") {
      view.line("The lesson's variables could not be set.");
      return EXIT.failed;
    }
    if (restored !== undefined) settle.sayLost(restored.lost);
    await settle.begin();
    await run.restoreBackgrounds(at.index, stop.nextStep());
    recording.setVars(await varsOf(run, place));
    if (options.yes) return await runThrough(taking, run, at, settle, stop);
    input = io.interactive
      ? createKeyInput(
          io,
          (word) => view.echo(word),
          () => stop.interrupt(),
        )
      : createWordInput(io, (line) => view.echo(line));
    const open = input;
    stop.onEnd(() => open.close());
    const end = await guide(
      run,
      {
        input,
        view,
        stepSignal: () => stop.nextStep(),
        idle: () => stop.idle(),
        signal: stop.all,
        target: target.label,
        editor: io.env.VISUAL || io.env.EDITOR || undefined,
        ownShell: ownShellLines(options, place),
        settle: () => settle.settle(),
        refresh: () => settle.refresh(),
        reset: () => reset(taking, run, open),
        isDone: (step) => isSettled(taking, step),
      },
      at,
    );
    if (end !== "completed") sayHowToComeBack(taking);
    else sayCompleted(taking);
    return end === "interrupted" ? EXIT.interrupted : EXIT.ok;
  } finally {
    input?.close();
    stop.release();
    await run.close();
  }
}

/**
 * Ctrl-C ends the step that runs; a second before it has ended, or a second where nothing runs, leaves. Being told to end
 * (TERM), or a terminal that is gone (HUP), leaves at once.
 */
class Interrupts {
  readonly #all = new AbortController();
  readonly #view: View;
  readonly #giveBack: () => void;
  readonly #atEnd: (() => void)[] = [];
  #step: AbortController | undefined;
  #warned = false;

  constructor(io: Io, view: View) {
    this.#view = view;
    this.#giveBack = io.onInterrupt((signal) => (signal === "SIGINT" ? this.interrupt() : this.#leave()));
    io.signal.addEventListener("abort", () => this.#leave(), { once: true });
  }

  get all(): AbortSignal {
    return this.#all.signal;
  }

  nextStep(): AbortSignal {
    this.#step = new AbortController();
    this.#warned = false;
    return this.#step.signal;
  }

  /** Nothing runs from here on, until the next step. */
  idle(): void {
    this.#step = undefined;
  }

  interrupt(): void {
    if (this.#step !== undefined && !this.#step.signal.aborted) this.#step.abort();
    else if (this.#step !== undefined || this.#warned) this.#leave();
    else {
      this.#warned = true;
      this.#view.sentence("Nothing runs. Ctrl-C once more leaves; `q` does too.");
      this.#view.ask("> ");
    }
  }

  onEnd(end: () => void): void {
    this.#atEnd.push(end);
  }

  release(): void {
    this.#giveBack();
  }

  #leave(): void {
    this.#all.abort();
    for (const end of this.#atEnd) end();
  }
}

interface Begin {
  readonly index: number;
  readonly inFlight: boolean;
}

function whereToBegin({ lesson, step, recording, view }: Taking): Begin {
  const steps = stepsOf(lesson);
  if (step !== undefined) return { index: steps.findIndex((one) => one.id === step), inFlight: false };
  const [progress] = progressOf(recording.log.before.records, [lesson]).lessons;
  const point = progress === undefined ? ({ stepIndex: 0, inFlight: false } as const) : resumePoint(progress);
  if (progress !== undefined) {
    const edited = progress.steps.filter((one) => one.edited).map((one) => `\`${one.id}\``);
    if (edited.length > 0) view.sentence(`Changed since you passed: ${edited.join(", ")}.`);
  }
  if (point === "complete") {
    view.sentence(`You completed ${lesson.id} before; its checkpoint is looked at again.`);
    const checkpoint = steps.findIndex((one) => one.id === CHECKPOINT_STEP);
    return { index: checkpoint === -1 ? 0 : checkpoint, inFlight: false };
  }
  if (point.stepIndex > 0)
    view.sentence(`Going on where you left off, at step ${point.stepIndex + 1} of ${steps.length}.`);
  return { index: point.stepIndex, inFlight: point.inFlight };
}

function isSettled({ lesson, recording }: Taking, step: string): boolean {
  const [progress] = progressOf(recording.log.before.records, [lesson]).lessons;
  return progress?.steps.find((one) => one.id === step)?.settled === true && step !== CHECKPOINT_STEP;
}

/** `--yes`: every step from where the learner is, without a question; stops at the first that does not pass. */
async function runThrough(
  taking: Taking,
  run: LessonRun,
  at: Begin,
  settle: Settling,
  stop: Interrupts,
): Promise<number> {
  const { lesson, view, target } = taking;
  const steps = stepsOf(lesson);
  view.showCommands(true);
  if (at.index === 0) view.prose(lesson.opening);
  for (const [index, step] of steps.entries()) {
    if (index < at.index) continue;
    showStep(view, lesson, step, { number: index + 1, of: steps.length, target: target.label });
    const signal = stop.nextStep();
    await settle.refresh();
    const held = index === at.index && at.inFlight && (await holdsNow(run, step, signal));
    const how = held ? "checks" : step.commands.length === 0 && step.solution !== undefined ? "solve" : "commands";
    const verdict: StepVerdict = await run.runStep(step, { how, signal });
    if (!stop.all.aborted && verdict.kind !== "interrupted") await settle.settle();
    const tally = tallyOf(verdict);
    if (tally === "passed" || tally === "skipped") {
      if (step.tail !== "") {
        view.line();
        view.prose(step.tail);
      }
      continue;
    }
    if (step.hints.length > 0) {
      view.line();
      view.line(`There is a hint: \`learn-istio hint ${lesson.id}\``);
    }
    sayHowToComeBack(taking);
    return tally === "interrupted" ? EXIT.interrupted : EXIT.failed;
  }
  view.line();
  view.prose(lesson.closing);
  sayCompleted(taking);
  return EXIT.ok;
}

/** A step that was in flight is not run again when its checks say that it came to its end. */
async function holdsNow(run: LessonRun, step: Lesson["steps"][number], signal: AbortSignal): Promise<boolean> {
  if (step.checks.length === 0) return false;
  const outcomes = await run.runChecks(step, step.checks, { once: true, signal });
  return outcomes.length === step.checks.length && outcomes.every(({ verdict }) => verdict.kind === "pass");
}

async function reset(
  { lesson, place, recording, target, view }: Taking,
  run: LessonRun,
  input: Input,
): Promise<boolean> {
  view.ask(`Undo ${lesson.id} (its clean-up runs) and begin it anew? (y/n) `);
  const agreed = await input.confirm();
  view.endAsk();
  if (!agreed) return false;
  if (!(await run.runCleanups(madeByUs(recording.log.before.records, lesson))))
    view.line("  Not everything could be undone.");
  recording.reset(lesson.id, Date.now());
  dropSavedSession(place.stateDir);
  markTaken(pendingChanges(place.stateDir, lesson.id, target.workspace));
  await run.reopen();
  return true;
}

/** The lines to paste: a terminal elsewhere has to find the same course; its target is remembered. */
function ownShellLines({ context }: Options, { course }: PlaceOfWork): { shell: string; env: string } {
  const lessons = course.own ? "" : ` --lessons ${quoteWord(course.folder)}`;
  const flags = `${lessons}${context === undefined ? "" : ` --context ${quoteWord(context)}`}`;
  return {
    shell: `learn-istio shell${flags}`,
    env: `eval "$(learn-istio env${flags})" && cd "$LEARN_ISTIO_WORKSPACE"`,
  };
}

function sayHowToComeBack({ lesson, view }: Taking): void {
  view.line();
  view.sentence(`Your place is kept. \`learn-istio start ${lesson.id}\` goes on here.`);
}

function sayCompleted({ lesson, place, view }: Taking): void {
  const index = place.course.lessons.findIndex((one) => one.id === lesson.id);
  const next = place.course.lessons[index + 1];
  view.line();
  view.sentence(`${lesson.id} is completed: its checkpoint holds.`);
  if (next !== undefined) view.line(`Next: \`learn-istio start ${next.id}\``);
}
