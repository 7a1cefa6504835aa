import type { Lesson } from "../lesson/index.ts";

/** The end state of lessons, kept so that others begin from it. Whoever no longer needs it lets go of it. */
export interface Kept {
  /** Where it is, for whoever kept it. */
  readonly folder: string;
  release(): Promise<void>;
}

/** A state that lessons can begin from: what stands there after the first `count` lessons of a plan. */
export interface Beginning {
  readonly kept: Kept;
  readonly count: number;
}

interface State {
  readonly history: readonly Lesson[];
  readonly kept: Kept;
}

/**
 * End states by what was run to reach them: these very lessons in this order, each from its first step to its last, passed,
 * and nothing else. A lesson with one thing changed is another lesson.
 */
export class States {
  readonly #wanted: (readonly Lesson[])[] = [];
  readonly #states: State[] = [];

  /** These lessons, and the first of them, are what somebody will begin from. */
  want(lessons: readonly Lesson[]): void {
    this.#wanted.push(lessons);
  }

  /** Whether a state is to be kept now. */
  wants(history: readonly Lesson[]): boolean {
    if (history.length === 0 || this.#states.some((state) => isSame(state.history, history))) return false;
    return this.#wanted.some((lessons) => isBeginning(history, lessons));
  }

  add(history: readonly Lesson[], kept: Kept): void {
    this.#states.push({ history: [...history], kept });
  }

  /** The state with the most of these lessons done, though never all of them; undefined where there is none. */
  longest(lessons: readonly Lesson[]): Beginning | undefined {
    const [best] = this.#states
      .filter(({ history }) => history.length < lessons.length && isBeginning(history, lessons))
      .sort((a, b) => b.history.length - a.history.length);
    return best && { kept: best.kept, count: best.history.length };
  }

  /** Let go of all. */
  async release(): Promise<void> {
    for (const { kept } of this.#states.splice(0)) await kept.release();
  }
}

function isBeginning(history: readonly Lesson[], lessons: readonly Lesson[]): boolean {
  return history.every((lesson, index) => lesson === lessons[index]);
}

function isSame(one: readonly Lesson[], other: readonly Lesson[]): boolean {
  return one.length === other.length && isBeginning(one, other);
}
