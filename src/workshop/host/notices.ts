import { type ClassState, NEW_CLASS, type Notice, nextState, notice } from "../notice.ts";
import type { KeptNotice } from "./keep-notices.ts";

/** A notice, and the number of the learner whom alone it is for. */
export interface Told {
  readonly learner: number | undefined;
  readonly notice: Notice;
}

/** All that a class was told, and how it stands for that. */
export class Notices {
  readonly #told: Told[] = [];
  #state: ClassState = NEW_CLASS;

  get state(): ClassState {
    return this.#state;
  }

  /** The number of the last one; 0 before the first. */
  get last(): number {
    return this.#told.at(-1)?.notice.number ?? 0;
  }

  /** When the class was closed; undefined while it goes on. */
  get closedAt(): number | undefined {
    return this.#told.find(({ notice: { type } }) => type === "close")?.notice.at;
  }

  /** One more that is on the disk. Throws a WireError for one that is none. */
  add({ number, at, learner, body }: KeptNotice): Told {
    const told = { learner, notice: notice({ ...body, number, at }, `notice ${number}`) };
    this.#told.push(told);
    this.#state = nextState(this.#state, told.notice);
    return told;
  }

  /** What came after number `last` and is for this learner. */
  after(last: number, learner: number): readonly Notice[] {
    const isFor = (one: Told): boolean => one.learner === undefined || one.learner === learner;
    return this.#told.filter((one) => one.notice.number > last && isFor(one)).map((one) => one.notice);
  }
}
