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
  /** Why what stands there now is not what these lessons come to when they pass. */
  #obstacle: string | undefined;
  /** Why there is no state where one was wanted. */
  #unkept: string | undefined;

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
    this.#obstacle ??= obstacleOf({ planned, passed, isBusy });
    if (this.#obstacle === undefined && this.#states.wants(this.#done)) {
      const kept = await keep?.();
      if (kept !== undefined) this.#states.add(this.#done, kept);
      else this.#unkept = `what \`${planned.lesson.id}\` came to cannot be had in another place`;
    }
    this.#wake();
  }

  /** Why nobody could begin from it, in a few words. */
  get obstacle(): string {
    return this.#obstacle ?? this.#unkept ?? "the run before it ended early";
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

function obstacleOf({ planned, passed, isBusy }: LessonEnd): string | undefined {
  const { id } = planned.lesson;
  if (!passed) return `\`${id}\` did not pass`;
  if (isBusy) return `processes of \`${id}\` go on running`;
  const isPart = [...(planned.roles?.values() ?? [])].some(({ kind }) => kind === "left-out");
  return isPart ? `steps of \`${id}\` were left out` : undefined;
}
