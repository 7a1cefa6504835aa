import { timingSafeEqual } from "node:crypto";
import { type Board, boardOf, type Standing } from "../board/board.ts";
import { addEvent, type NextStep, NO_PROGRESS, type Progress, type StepName } from "../board/progress.ts";
import { handleKey, refuseHandle } from "../handle.ts";
import { plainCode } from "../join-code.ts";
import type { ClassEvent, eventsRequest, JoinRequest } from "../wire.ts";
import { Guesses } from "./guesses.ts";
import type { KeptLearner } from "./keep-learners.ts";
import { hashOf, type KeptClass, type Store } from "./store.ts";

/** Why something was refused: the status of the answer and one sentence for whoever asked. */
export class Refusal extends Error {
  readonly status: number;
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** What happened in the class, for whoever shows it. */
export type Happening =
  | { readonly type: "joined" | "left"; readonly at: number; readonly number: number; readonly handle: string }
  | { readonly type: "event"; readonly number: number; readonly handle: string; readonly event: ClassEvent };

type EventsRequest = ReturnType<typeof eventsRequest>;

/** The class while it is hosted: who is in it, how far they are. All of it follows from the store; nothing is only here. */
export class Classroom {
  readonly about: KeptClass;
  readonly steps: readonly StepName[];
  readonly #store: Store;
  readonly #now: () => number;
  readonly #guesses = new Guesses();
  readonly #standings = new Map<number, Standing>();
  readonly #next: NextStep;
  readonly #watchers = new Set<(happening: Happening) => void>();

  private constructor(store: Store, about: KeptClass, steps: readonly StepName[], now: () => number) {
    this.about = about;
    this.steps = steps;
    this.#store = store;
    this.#now = now;
    const after = new Map(steps.map((step, index) => [step, steps[index + 1]]));
    this.#next = (step) => after.get(step);
  }

  /** The class as it is kept; `now` is the host's clock, in epoch milliseconds. */
  static async load(store: Store, about: KeptClass, steps: readonly StepName[], now: () => number): Promise<Classroom> {
    const loaded = new Classroom(store, about, steps, now);
    for (const learner of await store.learners(about.id)) loaded.#stand(learner, NO_PROGRESS);
    for await (const { learner, event } of store.events(about.id)) loaded.#add(learner, event);
    return loaded;
  }

  /** Be told what happens from now on; the returned function ends it. */
  watch(watcher: (happening: Happening) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  board(): Board {
    return boardOf([...this.#standings.values()], this.steps, this.#now());
  }

  /** Throws a Refusal: a wrong code, too many of these, another course, a handle that is taken or cannot be one. */
  async join({ code, learner, token, course, handle }: JoinRequest, address: string): Promise<KeptLearner> {
    const at = this.#now();
    const wait = this.#guesses.waitOf(address, at);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      throw new Refusal(429, `Too many wrong codes came. Try again in ${seconds} s.`, seconds);
    }
    if (!same(plainCode(code), plainCode(this.about.code))) {
      this.#guesses.wrong(address, at);
      throw new Refusal(403, "The code is not this class's.");
    }
    if (course !== this.about.course)
      throw new Refusal(409, `The class is about the course \`${this.about.course}\`, not \`${course}\`.`);
    const why = handle === undefined ? undefined : refuseHandle(handle);
    if (why !== undefined) throw new Refusal(400, `This cannot be a handle: ${why}.`);
    const newcomer = { id: learner, tokenHash: hashOf(token), handle, at };
    const key = handle === undefined ? undefined : handleKey(handle);
    const kept = await this.#store.join(this.about.id, { ...newcomer, handleKey: key });
    if (kept === undefined) throw new Refusal(409, "Somebody in the class has this handle already. Take another one.");
    const before = this.#standings.get(kept.number);
    this.#stand(kept, before?.progress ?? NO_PROGRESS);
    if (before === undefined || before.left)
      this.#tell({ type: "joined", at, number: kept.number, handle: kept.handle });
    return kept;
  }

  /** Throws a Refusal for a token that nobody in the class has. */
  async learnerOf(token: string): Promise<KeptLearner> {
    const found = await this.#store.learnerByToken(this.about.id, hashOf(token));
    if (found === undefined) throw new Refusal(401, "Nobody in the class has this token.");
    return found;
  }

  /** Keep events, each once; returns the number of the one that is expected now, and whether one before was missing. */
  async take(
    learner: KeptLearner,
    { from, sent, events }: EventsRequest,
  ): Promise<{ readonly next: number; readonly gap: boolean }> {
    const received = this.#now();
    // How wrong the learner's clock is, as far as one message tells: the way here counts in, and is short.
    const skew = received - sent;
    const { next, fresh, gap } = await this.#store.take(this.about.id, learner.id, from, events, received, skew);
    for (const { learner: number, event } of fresh) {
      this.#add(number, event);
      this.#tell({ type: "event", number, handle: learner.handle, event });
    }
    return { next, gap };
  }

  async leave(learner: KeptLearner): Promise<void> {
    const at = this.#now();
    if (this.#standings.get(learner.number)?.left !== false) return;
    await this.#store.leave(this.about.id, learner.id, at);
    const standing = this.#standings.get(learner.number);
    if (standing === undefined || standing.left) return;
    this.#stand({ ...learner, left: true }, standing.progress);
    this.#tell({ type: "left", at, number: learner.number, handle: learner.handle });
  }

  /** Throws a Refusal for a key that does not open the board. */
  requireBoardKey(key: string): void {
    if (!same(key, this.about.boardKey)) throw new Refusal(401, "This key does not open the board.");
  }

  #stand({ number, handle, left }: KeptLearner, progress: Progress): void {
    this.#standings.set(number, { number, handle, left, progress });
  }

  #add(number: number, event: ClassEvent): void {
    const standing = this.#standings.get(number);
    if (standing === undefined) throw new Error(`no learner ${number}`);
    this.#standings.set(number, { ...standing, progress: addEvent(standing.progress, event, this.#next) });
  }

  #tell(happening: Happening): void {
    for (const watcher of this.#watchers) watcher(happening);
  }
}

/** Equal, in a time that does not tell how much of it is. */
function same(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(wanted)));
}
