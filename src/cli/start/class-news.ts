import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import type { ClassLink, ClassState, Notice, Over } from "../../workshop/index.ts";
import { splitName } from "./split-name.ts";

/** Something that the class says, and that the learner was not shown yet; `at` is by the learner's clock. */
export type News =
  | { readonly kind: "notice"; readonly notice: Notice; readonly at: number }
  /** The class is at this step: whoever is behind is asked to come. */
  | { readonly kind: "offer"; readonly step: string }
  /** How the class stands was heard for the first time. */
  | { readonly kind: "stands" }
  /** A step that the learner waits before may be entered. */
  | { readonly kind: "open"; readonly step: string }
  | { readonly kind: "over"; readonly over: Over };

/** A step of the course, by its lesson and its place in it. */
export interface Goal {
  readonly name: string;
  readonly lesson: Lesson;
  readonly step: string;
  readonly index: number;
}

/** Where a learner is. */
export interface Standpoint {
  readonly lesson: Pick<Lesson, "id">;
  readonly index: number;
}

/** Until the class has said how it stands. */
const UNKNOWN: ClassState = { gated: [], closed: false };

/** These are told by how the class stands, if the learner is to hear of them at all. */
const UNTOLD: readonly Notice["type"][] = ["gate", "ungate", "catch-up", "close"];

/** What a learner's screen knows of the class: what it says and was not shown, how it stands, what was answered. */
export class ClassNews {
  readonly link: ClassLink;
  readonly lessons: readonly Lesson[];
  readonly #waiting: News[] = [];
  #state: ClassState = UNKNOWN;
  #reached = false;
  #isOver = false;
  #handUp: boolean;
  /** The step that the learner was held before. */
  #held: string | undefined;
  /** Gated steps that the learner went on to all the same. */
  readonly #passed = new Set<string>();
  /** The step of the class that was offered last, and whether the learner answered. */
  #offered: string | undefined;
  #answered = true;
  #following: Goal | undefined;
  #wake: (() => void) | undefined;
  /** The step that the learner looks at, while they are woken. */
  #here = "";

  /** `lessons`: those of the course, in order, as far as they can be read. */
  constructor(link: ClassLink, lessons: readonly Lesson[]) {
    this.link = link;
    this.lessons = lessons;
    this.#handUp = link.isHandUp();
    link.listen({
      onNotice: (notice, at) => this.#noticed(notice, at),
      onState: (state) => this.#stands(state),
      onReach: (reached) => {
        this.#reached = reached;
      },
      onOver: (over) => this.#over(over),
    });
  }

  /** The class goes on, as far as anybody knows. */
  get isOn(): boolean {
    return !this.#isOver;
  }

  get reached(): boolean {
    return this.#reached;
  }

  get handUp(): boolean {
    return this.#handUp;
  }

  /** What came since it was last taken, in order. */
  take(): readonly News[] {
    return this.#waiting.splice(0);
  }

  /** Call `wake` whenever something waits that has words for who is at this step, from now on; the returned function ends it. */
  whenThereIs(here: string, wake: () => void): () => void {
    this.#wake = wake;
    this.#here = here;
    this.#rouse();
    return () => {
      if (this.#wake === wake) this.#wake = undefined;
    };
  }

  /** Raise the hand, or lower it; wherever it was raised before. */
  turnHand(): boolean {
    this.#handUp = !this.link.isHandUp();
    this.link.hand(this.#handUp);
    return this.#handUp;
  }

  /** The instructor says that the learner was helped. Returns whether a hand was up until then. */
  helped(notice: number, at: number): boolean {
    const wasUp = this.#handUp;
    this.link.seen(notice, at);
    this.#handUp = this.link.isHandUp();
    return wasUp && !this.#handUp;
  }

  /**
   * May the learner enter this step? `held`: not yet; asked again, the learner goes on without the class. `unknown`: it was
   * closed, and the class cannot be reached to say whether it still is.
   */
  gate(step: string): "open" | "held" | "unknown" {
    if (this.#isOver || !this.#state.gated.includes(step) || this.#passed.has(step)) return "open";
    if (this.#reached && this.#held !== step) {
      this.#held = step;
      return "held";
    }
    this.#passed.add(step);
    this.#held = undefined;
    return this.#reached ? "open" : "unknown";
  }

  /** Whether this very step is one that the class has not come to. */
  isGated(step: string): boolean {
    return !this.#isOver && this.#reached && this.#state.gated.includes(step) && !this.#passed.has(step);
  }

  /** Where the class is, if that is after this place in the course. */
  ahead({ lesson, index }: Standpoint): Goal | undefined {
    if (this.#isOver || this.#state.step === undefined) return undefined;
    const goal = this.goalOf(this.#state.step);
    const [here, there] = [lesson.id, goal?.lesson.id].map((id) => this.lessons.findIndex((one) => one.id === id));
    if (goal === undefined || here === undefined || there === undefined) return undefined;
    return there > here || (there === here && goal.index > index) ? goal : undefined;
  }

  /** A step of the course by its name; undefined where it has none of this name. */
  goalOf(name: string): Goal | undefined {
    const [id, step = ""] = splitName(name);
    const lesson = this.lessons.find((one) => one.id === id);
    const index = lesson === undefined ? -1 : stepsOf(lesson).findIndex((one) => one.id === step);
    return lesson === undefined || index === -1 ? undefined : { name, lesson, step, index };
  }

  /** The class was offered to this learner just now; what they do next answers. */
  offered(): void {
    this.#answered = false;
  }

  /** The learner comes to the class's step, or goes on elsewhere; told once for each time that it was offered. */
  answer(goal: Goal | undefined, agreed: boolean): void {
    if (goal === undefined || (this.#answered && !agreed)) return;
    this.#answered = true;
    this.link.followed(goal.lesson.id, goal.step, agreed);
  }

  /** The learner leaves their lesson for another one's step. */
  follow(goal: Goal): void {
    this.#following = goal;
  }

  takeFollowing(): Goal | undefined {
    const goal = this.#following;
    this.#following = undefined;
    return goal;
  }

  #noticed(notice: Notice, at: number): void {
    // Said once more, it is meant for who did not come the first time; the state alone would not tell.
    if (notice.type === "catch-up") this.#offer(notice.step);
    this.#add({ kind: "notice", notice, at });
    if (notice.type === "close") this.#over("closed");
  }

  #stands(state: ClassState): void {
    const held = this.#held;
    if (this.#state === UNKNOWN) this.#add({ kind: "stands" });
    this.#state = state;
    for (const step of this.#passed) if (!state.gated.includes(step)) this.#passed.delete(step);
    if (held !== undefined && !state.gated.includes(held)) {
      this.#held = undefined;
      this.#add({ kind: "open", step: held });
    }
    if (state.step !== undefined && state.step !== this.#offered) this.#offer(state.step);
    if (state.closed) this.#over("closed");
  }

  #offer(step: string): void {
    this.#offered = step;
    const before = this.#waiting.findIndex(({ kind }) => kind === "offer");
    if (before !== -1) this.#waiting.splice(before, 1);
    this.#add({ kind: "offer", step });
  }

  #over(over: Over): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#held = undefined;
    this.#add({ kind: "over", over });
  }

  #add(news: News): void {
    this.#waiting.push(news);
    this.#rouse();
  }

  #isTold(news: News): boolean {
    if (news.kind === "stands") return this.isGated(this.#here);
    return news.kind !== "notice" || !UNTOLD.includes(news.notice.type);
  }

  /** Once what came together is there. */
  #rouse(): void {
    setImmediate(() => {
      if (this.#waiting.some((news) => this.#isTold(news))) this.#wake?.();
    });
  }
}
