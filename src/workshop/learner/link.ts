import type { RunEvent } from "../../run/index.ts";
import { fromRun } from "../from-run.ts";
import { type ClassEvent, LIMITS } from "../wire.ts";
import { type Membership, readMembership } from "./membership.ts";
import { Queue } from "./queue.ts";
import { PACE, type Pace, Sender } from "./sender.ts";

/** What a run tells its class. */
export interface ClassLink {
  readonly member: Membership;
  accept(event: RunEvent): void;
  /** A lesson is open at this step. */
  opened(lesson: string, step: string): void;
  /** The step's hint of this number, from 1, was read. */
  hinted(lesson: string, step: string, tier: number): void;
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
  if (member === undefined) return undefined;
  const queue = new Queue(folder);
  const sender = new Sender(queue, member, now, pace);
  sender.wake();
  let works = true;
  const tell = (event: ClassEvent): void => {
    if (!works) return;
    try {
      queue.append(event);
      sender.wake();
    } catch (error) {
      works = false;
      complain(`The class is told nothing more of this lesson: ${(error as Error).message}.`);
    }
  };
  const place = (lesson: string, step: string) => ({
    at: now(),
    lesson: lesson.slice(0, LIMITS.id),
    step: step.slice(0, LIMITS.id),
  });
  return {
    member,
    accept: (event) => {
      const told = fromRun(event);
      if (told !== undefined) tell(told);
    },
    opened: (lesson, step) => tell({ type: "open", ...place(lesson, step) }),
    hinted: (lesson, step, tier) => tell({ type: "hint", ...place(lesson, step), tier }),
    close: async () => {
      tell({ type: "close", at: now() });
      await within(FAREWELL_MS, sender.flush());
      sender.end();
      queue.close();
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
