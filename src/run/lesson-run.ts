import type { Place } from "../diagnostics/index.ts";
import type { Check, Command, Lesson, Step } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import { Backgrounds } from "./backgrounds.ts";
import { type CheckOptions, type CheckOutcome, lookBefore, runChecks } from "./check-run.ts";
import { checkpointStep } from "./checkpoint.ts";
import { inCleanupOrder, runCleanup } from "./cleanup.ts";
import { leftOut } from "./condition.ts";
import type { StepContext } from "./context.ts";
import { CHECKPOINT_STEP } from "./events.ts";
import type { RunPorts, Variant, Variants } from "./ports.ts";
import { alreadyTrue, type StepProof } from "./prove.ts";
import { restore, runningBefore } from "./restore.ts";
import { judgeStep, type StepOptions, type StepTally, writeFiles } from "./step-run.ts";
import { setVariables, VARIABLES_STEP } from "./variables.ts";
import type { StepVerdict } from "./verdict.ts";

/**
 * One lesson's life in a session. `test` drives it to the end, `start` one key at a time; both get their verdicts here.
 * Whoever opens it closes it.
 */
export class LessonRun {
  readonly lesson: Lesson;
  readonly #ports: RunPorts;
  readonly #began: number;
  readonly #backgrounds: Backgrounds;
  #session: Session;
  #ready: StepVerdict = { kind: "pass" };
  /** Of the checkpoint, from before the lesson. */
  readonly #checkpointProof: StepProof = { seenToFail: new Set(), weaknesses: [] };

  private constructor(lesson: Lesson, ports: RunPorts, session: Session) {
    this.lesson = lesson;
    this.#ports = ports;
    this.#session = session;
    this.#backgrounds = new Backgrounds(lesson.id, ports);
    this.#began = ports.clock.now();
  }

  /** Open a session and set the lesson's variables; look at `ready` before the first step. */
  static async open(lesson: Lesson, ports: RunPorts, isPrerequisite = false): Promise<LessonRun> {
    ports.emit({ ...startOf(lesson, ports), ...(isPrerequisite && { prerequisite: true }) });
    const run = new LessonRun(lesson, ports, await ports.openSession(lesson));
    await run.#setUp();
    return run;
  }

  /** Pass, or why the lesson's variables could not be set; no step makes sense then. */
  get ready(): StepVerdict {
    return this.#ready;
  }

  /** Under proof: look at the checkpoint before the first step. It must not hold yet. */
  async lookBefore(): Promise<void> {
    const { checkpoint } = this.lesson;
    if (this.#ports.prove !== true || checkpoint === undefined) return;
    const context = this.#context(CHECKPOINT_STEP, undefined);
    if (await lookBefore(context, checkpoint.checks)) {
      this.#checkpointProof.weaknesses.push(alreadyTrue(checkpoint.place, "lesson"));
    }
  }

  get session(): Session {
    return this.#session;
  }

  /** A new session in place of one that died; variables are evaluated anew, and what ran in the background begins again. */
  async reopen(): Promise<void> {
    const { commands } = this.#backgrounds;
    await this.#backgrounds.stopAll();
    await this.#session.close();
    this.#session = await this.#ports.openSession(this.lesson);
    await this.#setUp();
    await restore(this.#context("reopen", undefined), commands);
  }

  /**
   * Begin again what these steps left running: a background block does not outlive the program that began it. False when
   * one cannot be begun; a note says why.
   */
  async restoreBackgrounds(done: readonly Step[], signal?: AbortSignal): Promise<boolean> {
    return restore(this.#context("resume", signal), runningBefore(done));
  }

  /** End what these steps began in the background: they are to be done again. */
  async stopBackgrounds(undone: readonly Step[]): Promise<void> {
    for (const { background } of undone.flatMap(({ commands }) => commands))
      if (background !== undefined) await this.#backgrounds.stop(background.name);
  }

  /** End what runs in the background; the verdict on a block that had ended by itself. */
  endBackgrounds(): Promise<StepVerdict | undefined> {
    return this.#backgrounds.stopAll();
  }

  async runStep(step: Step, options: StepOptions = {}): Promise<StepVerdict> {
    const { emit, clock } = this.#ports;
    const { id, section, place, contentHash } = step;
    const about = { lesson: this.lesson.id, step: id, section, place, contentHash };
    const began = clock.now();
    emit({ type: "step-start", at: began, ...about });
    const tally: StepTally = { commands: 0, asserted: 0 };
    const verdict = await judgeStep(this.#context(id, options.signal), step, options, tally);
    const at = clock.now();
    const role = options.prerequisite === true ? ({ prerequisite: true } as const) : {};
    emit({ type: "step-end", at, ...about, verdict, durationMs: at - began, ...tally, ...role });
    return verdict;
  }

  /** Under proof: a variant of this lesson, reported as a step of it. */
  async runVariant(variant: Variant, variants: Variants): Promise<StepVerdict> {
    const { emit, clock } = this.#ports;
    const { id, title, place } = variant;
    const about = { lesson: this.lesson.id, step: id, section: title, place, contentHash: "" };
    const began = clock.now();
    emit({ type: "step-start", at: began, ...about });
    const weakness = await variants.run(this.lesson, variant);
    const verdict: StepVerdict =
      weakness === undefined ? { kind: "pass" } : { kind: "unproven", place: weakness.place, weaknesses: [weakness] };
    const at = clock.now();
    emit({ type: "step-end", at, ...about, verdict, durationMs: at - began, commands: 0, asserted: 0 });
    return verdict;
  }

  /** A step that is not run, with the reason why. */
  skipStep(step: Step, reason: string): void {
    skipStep(this.lesson, step, reason, this.#ports);
  }

  /** Judge checks outside of a step's run: `check`, and the learner's waiting screen. */
  runChecks(
    step: Pick<Step, "id">,
    checks: readonly Check[],
    options: CheckOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<readonly CheckOutcome[]> {
    return runChecks(this.#context(step.id, options.signal), checks, options);
  }

  /** Write a step's files, and run nothing of it. */
  writeFiles(step: Step, signal: AbortSignal): Promise<StepVerdict> {
    return writeFiles(this.#context(step.id, signal), step);
  }

  /** Why none of a step's commands would run here; undefined where one would, and for a step without commands. */
  async leftOut(step: Step, signal: AbortSignal): Promise<string | undefined> {
    let reason: string | undefined;
    const { ports, session } = this.#context(step.id, signal);
    for (const command of step.commands) {
      const verdict = await leftOut(command, ports, session);
      if (verdict?.kind !== "skipped") return undefined;
      reason = verdict.reason;
    }
    return reason;
  }

  /** The checkpoint, as the step `checkpoint`; a lesson without one passes. */
  async runCheckpoint(options: StepOptions = {}): Promise<StepVerdict> {
    const { checkpoint } = this.lesson;
    return checkpoint === undefined ? { kind: "pass" } : this.runStep(checkpointStep(checkpoint), options);
  }

  /**
   * Undo what the lesson made. Runs after a failure and after Ctrl-C too, so the run's signal does not end it, and a
   * session that died is replaced. `isOurs`: the evidence says that every step passed, so what stands there is what this
   * tool made; live, nothing else is removed. Returns whether all went well.
   */
  async runCleanups(isOurs: boolean): Promise<boolean> {
    await this.#backgrounds.stopAll();
    if (this.#ports.target === "live" && !isOurs) return this.#leaveToTheUser();
    let clean = true;
    for (const cleanup of inCleanupOrder(this.lesson)) clean = (await this.#runCleanup(cleanup)) && clean;
    return clean;
  }

  /** A cluster of that name may have been there before: nothing of the user's own is removed on a guess. */
  #leaveToTheUser(): boolean {
    for (const { place, source } of inCleanupOrder(this.lesson)) {
      const reason = `not every step passed, so what it removes may not be this course's own; by hand: ${source.trim()}`;
      const at = this.#ports.clock.now();
      const verdict = { kind: "skipped", reason } as const;
      this.#ports.emit({
        type: "cleanup-end",
        at,
        lesson: this.lesson.id,
        place,
        status: undefined,
        output: "",
        verdict,
      });
    }
    return false;
  }

  /** What failed and is no step of the lesson, reported as one, so that every view and count has it. */
  failBeside(
    step: Pick<Step, "id" | "section">,
    verdict: StepVerdict,
    place: Place,
    { began, output = "" }: { readonly began?: number; readonly output?: string } = {},
  ): void {
    const { clock, emit } = this.#ports;
    const at = clock.now();
    const about = { lesson: this.lesson.id, step: step.id, section: step.section, place, contentHash: "" };
    emit({ type: "step-start", at: began ?? at, ...about });
    if (output !== "") emit({ type: "output", lesson: this.lesson.id, step: step.id, text: output });
    emit({ type: "step-end", at, ...about, verdict, durationMs: at - (began ?? at), commands: 0, asserted: 0 });
  }

  /** Tell how the lesson ended. */
  end(outcome: "passed" | "failed" | "skipped", reason?: string): void {
    const at = this.#ports.clock.now();
    const durationMs = at - this.#began;
    const ended = { type: "lesson-end", at, lesson: this.lesson.id, outcome, durationMs } as const;
    this.#ports.emit(reason === undefined ? ended : { ...ended, reason });
  }

  async close(): Promise<void> {
    await this.#backgrounds.stopAll();
    await this.#session.close();
  }

  async #runCleanup(cleanup: Command): Promise<boolean> {
    const ports: RunPorts = { ...this.#ports, signal: new AbortController().signal };
    if (!this.#session.alive) {
      await this.#session.close();
      this.#session = await ports.openSession(this.lesson);
      await setVariables(this.lesson, ports.variables ?? {}, this.#session, ports.signal);
    }
    return runCleanup({ ...this.#context("cleanup", undefined), ports, signal: ports.signal }, cleanup);
  }

  /** A variable that cannot be set is reported as a step that failed, so that every view shows it. */
  async #setUp(): Promise<void> {
    const { clock, signal, variables = {} } = this.#ports;
    const began = clock.now();
    const { verdict, place, output } = await setVariables(this.lesson, variables, this.#session, signal);
    this.#ready = verdict;
    if (verdict.kind === "pass") return;
    this.failBeside({ id: VARIABLES_STEP, section: "Variables" }, verdict, place, { began, output });
  }

  #context(step: string, signal: AbortSignal | undefined): StepContext {
    const ports = this.#ports;
    const both = signal === undefined ? ports.signal : AbortSignal.any([ports.signal, signal]);
    const proof = ports.prove === true ? this.#proofOf(step) : undefined;
    const backgrounds = this.#backgrounds;
    return { lesson: this.lesson, step, session: this.#session, ports, backgrounds, proof, signal: both };
  }

  #proofOf(step: string): StepProof {
    return step === CHECKPOINT_STEP ? this.#checkpointProof : { seenToFail: new Set(), weaknesses: [] };
  }
}

/** All that a run reports on, in order: the steps, then the checkpoint. */
export function stepsOf(lesson: Lesson): readonly Step[] {
  return lesson.checkpoint === undefined ? lesson.steps : [...lesson.steps, checkpointStep(lesson.checkpoint)];
}

/** What telling takes. */
type EventPorts = Pick<RunPorts, "clock" | "emit">;

/** A lesson that is not run at all: its steps are skipped, each with the reason. */
export function skipLesson(lesson: Lesson, reason: string, ports: EventPorts): void {
  ports.emit(startOf(lesson, ports));
  for (const step of stepsOf(lesson)) skipStep(lesson, step, reason, ports);
  const at = ports.clock.now();
  ports.emit({ type: "lesson-end", at, lesson: lesson.id, outcome: "skipped", durationMs: 0, reason });
}

function startOf({ id, path, title }: Lesson, { clock }: EventPorts) {
  return { type: "lesson-start", at: clock.now(), lesson: id, path, title } as const;
}

function skipStep(lesson: Lesson, step: Step, reason: string, { clock, emit }: EventPorts): void {
  const { id, section, place, contentHash } = step;
  const about = { lesson: lesson.id, step: id, section, place, contentHash };
  const verdict: StepVerdict = { kind: "skipped", reason };
  emit({ type: "step-end", at: clock.now(), ...about, verdict, durationMs: 0, commands: 0, asserted: 0 });
}
