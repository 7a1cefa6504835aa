import type { Lesson, Step } from "../../lesson/index.ts";
import { type LessonRun, stepsOf } from "../../run/index.ts";
import type { ClassNews } from "./class-news.ts";
import type { Input } from "./input.ts";
import type { View } from "./view.ts";

/** How a lesson was left; `follow`: for the step where the class is. */
export type GuideEnd = "completed" | "quit" | "interrupted" | "follow";

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
  /** `$VISUAL` or `$EDITOR`. */
  readonly editor: string | undefined;
  /** The lines that lead a terminal of the learner's own to this lesson. */
  readonly ownShell: { readonly shell: string; readonly env: string };
  /** After each step: keep the session's state; a session that died is opened anew. */
  settle(): Promise<void>;
  /** Before a step or a check: take over what the learner did in shells of their own. */
  refresh(): Promise<unknown>;
  /** Undo the lesson and forget its progress; false when the learner did not agree. */
  reset(): Promise<boolean>;
  /** The step's hint of this number, from 1, was read. */
  hinted(step: string, tier: number): void;
  isDone(step: string): boolean;
  /** A check is looked at again and again from now on, or no longer. */
  looking(again: boolean): void;
  /** What the class says, where the learner joined one. */
  readonly news: ClassNews | undefined;
  /** Show what the class said meanwhile. Returns whether there was anything. */
  tellNews(walk: Walk): Promise<boolean>;
}

/** What everything that a learner chooses works on. */
export interface Scene {
  readonly walk: Walk;
  readonly run: LessonRun;
  readonly ports: GuidePorts;
}

/** Where a learner is in a lesson, and what is known of its steps. */
export class Walk {
  readonly lesson: Lesson;
  readonly steps: readonly Step[];
  readonly #passed = new Set<string>();
  readonly #isDone: (step: string) => boolean;
  #index: number;
  /** Hints that were read at this step. */
  hints = 0;
  /** The step was running when an earlier `start` ended. */
  inFlight: boolean;
  /** In flight, and its checks hold: accepting it is the first choice. */
  held = false;

  constructor(
    lesson: Lesson,
    at: { readonly index: number; readonly inFlight: boolean },
    isDone: (step: string) => boolean,
  ) {
    this.lesson = lesson;
    this.steps = stepsOf(lesson);
    this.#index = at.index;
    this.inFlight = at.inFlight;
    this.#isDone = isDone;
  }

  get index(): number {
    return this.#index;
  }

  get step(): Step {
    const step = this.steps[this.#index];
    if (step === undefined) throw new Error(`no step ${this.#index} in ${this.lesson.id}`);
    return step;
  }

  get isLast(): boolean {
    return this.#index === this.steps.length - 1;
  }

  moveTo(index: number): void {
    this.#index = index;
    this.hints = 0;
    this.inFlight = false;
    this.held = false;
  }

  /** From the lesson's first step, with nothing passed. */
  beginAnew(): void {
    this.#passed.clear();
    this.moveTo(0);
  }

  pass(step: Step): void {
    this.#passed.add(step.id);
  }

  isGreen(step: Step): boolean {
    return this.#passed.has(step.id) || (!this.inFlight && this.#isDone(step.id));
  }
}
