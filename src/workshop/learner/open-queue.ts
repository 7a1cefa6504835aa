import { isHeldByAnother } from "../../progress/index.ts";
import type { ClassEvent } from "../wire.ts";
import { classFiles } from "./membership.ts";
import { Queue, readQueue } from "./queue.ts";

/** What a queue says of its learner. */
export interface Past {
  /** When the hand was last raised, by the learner's clock; undefined while the learner has not, or lowered it. */
  readonly raisedAt: number | undefined;
  /** A lesson is open. */
  readonly isOpen: boolean;
  /** The time of the last event; 0 where there is none. */
  readonly lastAt: number;
}

const NOTHING: Past = { raisedAt: undefined, isOpen: false, lastAt: 0 };

/** What happened so far, in one look. */
export function pastOf(events: readonly ClassEvent[]): Past {
  return events.reduce(addToPast, NOTHING);
}

function addToPast({ raisedAt, isOpen, lastAt }: Past, event: ClassEvent): Past {
  const past = { raisedAt, isOpen, lastAt: event.type === "gap" ? lastAt : event.at };
  switch (event.type) {
    case "hand":
      return { ...past, raisedAt: event.raised ? event.at : undefined };
    case "open":
    case "step-start":
    case "check-end":
    case "step-end":
      return { ...past, isOpen: true };
    case "close":
      return { ...past, isOpen: false };
    default:
      return past;
  }
}

/**
 * Open the queue of the class in this folder. Where whoever had a lesson open was killed, its end is told now, with the
 * time of the last that is known of it: the board would show a learner who is long gone. Throws the system's error.
 */
export function openQueue(folder: string): { readonly queue: Queue; readonly past: Past } {
  const queue = new Queue(folder);
  const past = pastOf(readQueue(folder).map(({ event }) => event));
  if (!past.isOpen || isHeldByAnother(classFiles(folder).lesson)) return { queue, past };
  queue.append({ type: "close", at: past.lastAt });
  return { queue, past: { ...past, isOpen: false } };
}
