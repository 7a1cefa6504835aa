import { timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Action } from "../action.ts";
import { type Board, boardOf } from "../board/board.ts";
import type { CourseStep } from "../board/course-step.ts";
import { type Debrief, debriefOf } from "../board/debrief.ts";
import type { Standing } from "../board/hands.ts";
import { addEvent, NO_PROGRESS, type StepOrder } from "../board/progress.ts";
import { handleKey, refuseHandle } from "../handle.ts";
import { plainCode } from "../join-code.ts";
import type { ClassState, Notice } from "../notice.ts";
import { CLASS_LIMITS, type ClassEvent, type eventsRequest, type JoinRequest } from "../wire.ts";
import { Guesses } from "./guesses.ts";
import type { KeptLearner } from "./keep-learners.ts";
import type { KeptNotice } from "./keep-notices.ts";
import { Notices, type Told } from "./notices.ts";
import { Refusal } from "./refusal.ts";
import { hashOf, type KeptClass, type Store } from "./store.ts";
import { type Telling, tellingOf } from "./telling.ts";

/** What happened in the class, for whoever shows it. */
export type Happening =
  | { readonly type: "joined" | "left"; readonly at: number; readonly number: number; readonly handle: string }
  | { readonly type: "event"; readonly number: number; readonly handle: string; readonly event: ClassEvent }
  /** The instructor did something; to one learner, or (without a number) to all. `changed`: the class stands otherwise now. */
  | {
      readonly type: "told";
      readonly at: number;
      readonly number: number | undefined;
      readonly handle: string | undefined;
      readonly notice: Notice;
      readonly changed: boolean;
    };

type EventsRequest = ReturnType<typeof eventsRequest>;

/** The class while it is hosted: who is in it, how far they are. All of it follows from the store; nothing is only here. */
export class Classroom {
  readonly about: KeptClass;
  readonly steps: readonly CourseStep[];
  readonly #store: Store;
  readonly #now: () => number;
  readonly #guesses = new Guesses();
  readonly #standings = new Map<number, Standing>();
  readonly #order: StepOrder;
  readonly #notices = new Notices();
  readonly #watchers = new Set<(happening: Happening) => void>();

  private constructor(store: Store, about: KeptClass, steps: readonly CourseStep[], now: () => number) {
    this.about = about;
    this.steps = steps;
    this.#store = store;
    this.#now = now;
    const after = new Map(steps.map(({ step }, index) => [step, steps[index + 1]?.step]));
    this.#order = { has: (step) => after.has(step), next: (step) => after.get(step) };
  }

  /** The class as it is kept; `now` is the host's clock, in epoch milliseconds. */
  static async load(
    store: Store,
    about: KeptClass,
    steps: readonly CourseStep[],
    now: () => number,
  ): Promise<Classroom> {
    const loaded = new Classroom(store, about, steps, now);
    for (const learner of await store.learners(about.id)) loaded.#stand(learner);
    for await (const { learner, event } of store.events(about.id)) loaded.#add(learner, event);
    for (const kept of await store.notices(about.id)) loaded.#keep(kept);
    return loaded;
  }

  /** Be told what happens from now on; the returned function ends it. */
  watch(watcher: (happening: Happening) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  board(): Board {
    const head = { title: this.about.title, state: this.state(), steps: this.steps };
    return boardOf(head, [...this.#standings.values()], this.#now());
  }

  /** What the class cost so far; `names`: say who. */
  debrief(names: boolean): Debrief {
    const about = { title: this.about.title, steps: this.steps, names };
    return debriefOf(about, [...this.#standings.values()], this.#notices.closedAt ?? this.#now());
  }

  /** All of the class as JSON lines, some at a time; `names`: say who. */
  exported(names: boolean): AsyncGenerator<string, void> {
    return this.#store.exported(this.about.id, names);
  }

  /** How the class stands: a function of what it was told. */
  state(): ClassState {
    return this.#notices.state;
  }

  /** The number of the last notice; 0 before the first. */
  get lastNotice(): number {
    return this.#notices.last;
  }

  noticesAfter(last: number, learner: number): readonly Notice[] {
    return this.#notices.after(last, learner);
  }

  /**
   * Do what the instructor wants: it is kept, then told. Undefined where nothing needed to be done. Throws a Refusal: the
   * class is closed, or it has no such step, hint or learner.
   */
  async act(action: Action): Promise<Notice | undefined> {
    const standing = (number: number) => this.#standings.get(number);
    const telling = tellingOf(action, { state: this.state(), steps: this.steps, standing });
    if (telling === undefined) return undefined;
    const at = this.#now();
    const number = await this.#write(telling, at);
    const before = this.state();
    const { learner, notice } = this.#keep({ ...telling, learner: telling.learner, number, at });
    const handle = learner === undefined ? undefined : this.#standings.get(learner)?.handle;
    this.#tell({ type: "told", at, number: learner, handle, notice, changed: this.state() !== before });
    return notice;
  }

  /** Throws a Refusal: a wrong code, too many of these, another course, a class that is full, a handle that is taken or cannot be one. */
  async join({ code, learner, token, course, handle }: JoinRequest, address: string): Promise<KeptLearner> {
    const at = this.#now();
    const wait = this.#guesses.turn(address, at);
    if (wait === undefined) throw new Refusal(429, "Too many wrong codes came. Try again in 10 s.", 10);
    if (wait > 0) await sleep(wait, undefined, { ref: false });
    if (!same(plainCode(code), plainCode(this.about.code))) {
      this.#guesses.wrong(address, at);
      throw new Refusal(403, "The code is not this class's.");
    }
    if (this.state().closed) throw new Refusal(410, "The class is closed.");
    if (course !== this.about.course)
      throw new Refusal(409, `The class is about the course \`${this.about.course}\`, not \`${course}\`.`);
    const why = handle === undefined ? undefined : refuseHandle(handle);
    if (why !== undefined) throw new Refusal(400, `This cannot be a handle: ${why}.`);
    if (this.#standings.size >= CLASS_LIMITS.learners)
      throw new Refusal(403, `The class is full: ${CLASS_LIMITS.learners} learners were in it.`);
    const newcomer = { id: learner, tokenHash: hashOf(token), handle, at };
    const key = handle === undefined ? undefined : handleKey(handle);
    const kept = await this.#store.join(this.about.id, { ...newcomer, handleKey: key });
    if (kept === undefined) throw new Refusal(409, "Somebody in the class has this handle already. Take another one.");
    const before = this.#standings.get(kept.number);
    this.#stand(kept);
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
    if (from + events.length - 1 > CLASS_LIMITS.eventsOfLearner)
      throw new Refusal(403, `The class takes ${CLASS_LIMITS.eventsOfLearner} events of a learner, and no more.`);
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
    if (this.#standings.get(learner.number)?.left !== false) return;
    this.#stand({ ...learner, left: true });
    this.#tell({ type: "left", at, number: learner.number, handle: learner.handle });
  }

  /** Throws a Refusal for a key that does not open the board. */
  requireBoardKey(key: string): void {
    if (!same(key, this.about.boardKey)) throw new Refusal(401, "This key does not open the board.");
  }

  /** A learner comes, comes back or leaves; what they did stays. */
  #stand({ number, handle, joined, left }: KeptLearner): void {
    const { progress = NO_PROGRESS, helped } = this.#standings.get(number) ?? {};
    this.#standings.set(number, { number, handle, joined, left, progress, helped });
  }

  #add(number: number, event: ClassEvent): void {
    const standing = this.#standings.get(number);
    if (standing === undefined) throw new Error(`no learner ${number}`);
    this.#standings.set(number, { ...standing, progress: addEvent(standing.progress, event, this.#order) });
  }

  /** In one commit with the end of the class, where that is what is told. */
  async #write({ learner, body }: Telling, at: number): Promise<number> {
    const number = this.#store.addNotice(this.about.id, { at, ...(learner !== undefined && { learner }), body });
    const ended = body.type === "close" ? this.#store.end(this.about.id, at) : undefined;
    await Promise.all([number, ended]);
    return number;
  }

  #keep(kept: KeptNotice): Told {
    const told = this.#notices.add(kept);
    const standing = told.learner === undefined ? undefined : this.#standings.get(told.learner);
    if (standing !== undefined && told.notice.type === "helped")
      this.#standings.set(standing.number, { ...standing, helped: told.notice.at });
    return told;
  }

  #tell(happening: Happening): void {
    for (const watcher of this.#watchers) watcher(happening);
  }
}

/** Equal, in a time that does not tell how much of it is. */
function same(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(wanted)));
}
