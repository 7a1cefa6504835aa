import type { Lesson } from "../lesson/index.ts";
import type { PlannedLesson } from "./plan.ts";
import type { Beginning, Kept, States } from "./states.ts";

/** What `execute` says of a lesson that has ended, before anything of it is cleaned up. */
export interface LessonEnd {
  readonly planned: PlannedLesson;
  readonly passed: boolean;
  /** Its session goes on and holds processes, which no other surroundings can have. */
  readonly isBusy: boolean;
}

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}

/** How far a strand has come, for those that wait for a part of it; and the keeping of states on its way. */
export class StrandHistory {
  readonly #states: States;
  readonly #done: Lesson[] = [];
  #waiters: Waiter[] = [];
  #isOver = false;
  /** What stands there now is not what these lessons come to when they pass. */
  #isOwn = false;

  constructor(states: States) {
    this.#states = states;
  }

  /** It begins from a state, with the lessons that led to it. */
  begin(lessons: readonly Lesson[], { count }: Beginning): void {
    this.#done.push(...lessons.slice(0, count));
    this.#wake();
  }

  /** One more lesson has ended: keep what stands there now, if somebody will begin from it. */
  async add(
    { planned, passed, isBusy }: LessonEnd,
    keep: (() => Promise<Kept | undefined>) | undefined,
  ): Promise<void> {
    this.#done.push(planned.lesson);
    this.#isOwn ||= !passed || isBusy || [...(planned.roles?.values() ?? [])].some(({ kind }) => kind === "left-out");
    if (keep !== undefined && !this.#isOwn && this.#states.wants(this.#done)) {
      const kept = await keep();
      if (kept !== undefined) this.#states.add(this.#done, kept);
    }
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Wait until so many lessons have ended, or all that ever will. */
  until(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push({ count, resolve });
      this.#wake();
    });
  }

  #wake(): void {
    const ready = this.#waiters.filter(({ count }) => this.#isOver || this.#done.length >= count);
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve();
  }
}
