import { EnvironmentError } from "../../diagnostics/index.ts";
import { takeLock, type Unlock } from "../../progress/index.ts";
import type { RunEvent } from "../../run/index.ts";
import { fromRun } from "../from-run.ts";
import { type ClassEvent, LIMITS } from "../wire.ts";
import { classFiles, type Membership, readMembership, removeMembership } from "./membership.ts";
import { type Listener, NoticeClient } from "./notices.ts";
import { openQueue, pastOf } from "./open-queue.ts";
import { readQueue } from "./queue.ts";
import { keepSeen, readSeen } from "./seen.ts";
import { PACE, type Pace, Sender } from "./sender.ts";
import { within } from "./within.ts";

/** What a run tells its class, and hears from it. */
export interface ClassLink {
  readonly member: Membership;
  accept(event: RunEvent): void;
  /** A check that is looked at again and again is told only when it comes to something else than the last time. */
  looked(event: RunEvent): void;
  /** A lesson is open at this step. */
  opened(lesson: string, step: string): void;
  /** The step's hint of this number, from 1, was read. */
  hinted(lesson: string, step: string, tier: number): void;
  /** The class is at this step, and the learner comes there or does not. */
  followed(lesson: string, step: string, agreed: boolean): void;
  /** Whether the learner's hand is up, wherever it was raised. */
  isHandUp(): boolean;
  hand(raised: boolean): void;
  /** Hear what the class says, from what was not seen before. */
  listen(listener: Listener): void;
  /** This notice was shown, and needs not come again. `helpedAt`: it said, then by the learner's clock, that they were helped. */
  seen(notice: number, helpedAt?: number): void;
  /** The class is over: what is queued gets a moment to leave, then nothing is sent, and the learner is in no class. */
  end(): Promise<void>;
  /** The lesson was left. Gives what is queued a moment to leave; the rest leaves with the next run. */
  close(): Promise<void>;
}

/** How long whoever leaves a lesson waits for the class at most, in milliseconds. */
const FAREWELL_MS = 700;

/**
 * Tell the class of this folder about a run; undefined where the learner is in none. The lesson goes on whatever becomes
 * of the class: a queue that cannot be written is said once, by `complain`, and left.
 */
export function linkToClass(
  folder: string,
  now: () => number,
  complain: (sentence: string) => void,
  pace: Pace = PACE,
): ClassLink | undefined {
  const member = readMembership(folder);
  return member && new Link({ folder, member, now, complain, pace });
}

interface LinkOptions {
  readonly folder: string;
  readonly member: Membership;
  readonly pace: Pace;
  now(): number;
  complain(sentence: string): void;
}

class Link implements ClassLink {
  readonly member: Membership;
  readonly #options: LinkOptions;
  readonly #unlock: Unlock | undefined;
  readonly #queue: ReturnType<typeof openQueue>["queue"];
  readonly #sender: Sender;
  #client: NoticeClient | undefined;
  /** What was told last of each check that is looked at again and again. */
  readonly #looks = new Map<string, string>();
  #before: ClassEvent | undefined;
  #works = true;
  #ended = false;

  constructor(options: LinkOptions) {
    const { folder, member, now, pace } = options;
    this.member = member;
    this.#options = options;
    this.#unlock = lockLesson(folder);
    this.#queue = openQueue(folder).queue;
    this.#sender = new Sender(this.#queue, member, now, pace);
    this.#sender.wake();
  }

  accept(event: RunEvent): void {
    const told = fromRun(event);
    if (told !== undefined) this.#tell(told);
  }

  looked(event: RunEvent): void {
    const told = fromRun(event);
    if (event.type === "check-end") {
      const key = `${event.lesson}#${event.step} ${event.check}`;
      const news = JSON.stringify({ ...told, at: 0 });
      if (this.#looks.get(key) === news) return;
      this.#looks.set(key, news);
    }
    if (told !== undefined) this.#tell(told);
  }

  opened(lesson: string, step: string): void {
    this.#tell({ type: "open", ...this.#place(lesson, step) });
  }

  hinted(lesson: string, step: string, tier: number): void {
    this.#tell({ type: "hint", ...this.#place(lesson, step), tier });
  }

  followed(lesson: string, step: string, agreed: boolean): void {
    this.#tell({ type: "follow", ...this.#place(lesson, step), agreed });
  }

  isHandUp(): boolean {
    const { folder } = this.#options;
    const { raisedAt = 0 } = pastOf(readQueue(folder).map(({ event }) => event));
    return raisedAt > readSeen(folder).helpedAt;
  }

  hand(raised: boolean): void {
    this.#tell({ type: "hand", at: this.#options.now(), raised });
  }

  listen(listener: Listener): void {
    const { folder, now } = this.#options;
    this.#client = new NoticeClient(this.member, readSeen(folder).notice, listener, now);
    this.#client.start();
  }

  seen(notice: number, helpedAt = 0): void {
    const { folder, complain } = this.#options;
    const before = readSeen(folder);
    try {
      keepSeen(folder, {
        notice: Math.max(before.notice, notice),
        helpedAt: Math.max(before.helpedAt, helpedAt),
      });
    } catch (error) {
      complain(`What the class says is shown again the next time: ${(error as Error).message}.`);
    }
  }

  async end(): Promise<void> {
    this.#works = false;
    await this.#stop();
    const { folder } = this.#options;
    // Another class may have been joined meanwhile.
    if (readMembership(folder)?.token === this.member.token) removeMembership(folder);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#tell({ type: "close", at: this.#options.now() });
    await this.#stop();
  }

  async #stop(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#client?.end();
    await within(FAREWELL_MS, this.#sender.flush());
    this.#sender.end();
    this.#works = false;
    this.#queue.close();
    this.#unlock?.();
  }

  #tell(event: ClassEvent): void {
    if (!this.#works) return;
    try {
      this.#queue.append(event);
      this.#sender.wake(isExpected(event, this.#before));
      this.#before = event;
    } catch (error) {
      this.#works = false;
      this.#options.complain(`The class is told nothing more of this lesson: ${(error as Error).message}.`);
    }
  }

  #place(lesson: string, step: string) {
    return {
      at: this.#options.now(),
      lesson: lesson.slice(0, LIMITS.id),
      step: step.slice(0, LIMITS.id),
    };
  }
}

/** A step that begins where the learner is known to be is no news to the board: it leaves with what comes of it. */
function isExpected(event: ClassEvent, before: ClassEvent | undefined): boolean {
  if (event.type !== "step-start" || before === undefined) return false;
  // Whoever said that they would follow is not there yet.
  if (!("lesson" in before) || before.type === "follow" || before.lesson !== event.lesson) return false;
  return before.type === "step-end" || before.step === event.step;
}

/** Undefined where another program has a lesson of this course open (on another target): its end is its own to tell. */
function lockLesson(folder: string): Unlock | undefined {
  try {
    return takeLock(classFiles(folder).lesson);
  } catch (error) {
    if (error instanceof EnvironmentError) return undefined;
    throw error;
  }
}
