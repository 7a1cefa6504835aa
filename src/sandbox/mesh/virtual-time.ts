import type { HttpAnswer } from "./model.ts";
import { type Effect, LATE, type Task } from "./task.ts";

/** What answers behind a workload's port, as a task of its own: it may wait, and call others through the mesh. */
export type Programs = (asked: Extract<Effect, { kind: "ask" }>) => Task<HttpAnswer>;

interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/**
 * Runs tasks in a time of its own: what waits costs nothing, what happens at once happens in the order it was begun.
 * The same tasks with the same random source give the same result, always.
 */
export class VirtualTime {
  readonly #programs: Programs;
  #now: number;
  #order = 0;
  readonly #due: Due[] = [];

  constructor(programs: Programs, now = 0) {
    this.#programs = programs;
    this.#now = now;
  }

  /** Milliseconds. */
  now = (): number => this.#now;

  /** Begins a task; its result is there when time has come so far. */
  start<T>(task: Task<T>, then: (result: T) => void = () => {}): void {
    this.#go(task, undefined, then as (result: unknown) => void);
  }

  /** Runs one task to its end, and with it all that is due until then. Throws when it can never end. */
  run<T>(task: Task<T>): T {
    let result: { readonly value: T } | undefined;
    this.start(task, (value) => {
      result = { value };
    });
    while (result === undefined) {
      if (!this.#next()) throw new Error("a task waits for what never comes");
    }
    return result.value;
  }

  /** Runs until nothing is left to do, or until a time. */
  runUntil(time = Number.POSITIVE_INFINITY): void {
    while ((this.#due[0]?.at ?? Number.POSITIVE_INFINITY) <= time && this.#next()) {}
    if (Number.isFinite(time) && time > this.#now) this.#now = time;
  }

  /** Goes on with a task as far as it can without waiting. */
  #go(task: Task<unknown>, input: unknown, then: (result: unknown) => void): void {
    let step = task.next(input);
    for (;;) {
      if (step.done) {
        then(step.value);
        return;
      }
      const effect = step.value;
      if (effect.kind !== "spawn") {
        this.#serve(effect, (value) => this.#go(task, value, then));
        return;
      }
      // Begun after what is under way: it must not come before the request that it mirrors.
      this.#at(this.#now, () => this.#go(effect.task, undefined, () => {}));
      step = task.next();
    }
  }

  #serve(effect: Exclude<Effect, { kind: "spawn" }>, then: (value: unknown) => void): void {
    switch (effect.kind) {
      case "wait":
        this.#at(this.#now + effect.ms, () => then(undefined));
        break;
      case "park":
        effect.register(() => this.#at(this.#now, () => then(undefined)));
        break;
      case "ask":
        this.#go(this.#programs(effect), undefined, then);
        break;
      case "within":
        this.#race(effect.task, effect.ms, then);
    }
  }

  #race(task: Task<unknown>, ms: number, then: (result: unknown) => void): void {
    let isOpen = true;
    const first = (result: unknown): void => {
      if (!isOpen) return;
      isOpen = false;
      then(result);
    };
    this.#at(this.#now + ms, () => first(LATE));
    this.#go(task, undefined, first);
  }

  #at(at: number, act: () => void): void {
    const due: Due = { at, order: this.#order++, act };
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const one = this.#due[middle];
      if (one !== undefined && one.at <= at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
  }

  #next(): boolean {
    const due = this.#due.shift();
    if (due === undefined) return false;
    this.#now = Math.max(this.#now, due.at);
    due.act();
    return true;
  }
}
