import type { CheckVerdict, StepVerdict } from "../run/index.ts";
import { boolean, integer, list, object, oneOf, optional, pattern, type Shape, text, WireError } from "./shape.ts";

/** The version of what learner and host say to each other; either refuses another one. */
export const WIRE_VERSION = 1;

/** Bounds of one message. A learner's step makes three events of some 120 bytes. */
export const LIMITS = { body: 64 * 1024, events: 100, id: 128, handle: 32, text: 500 } as const;

/** Bounds of one class, far above what people do: whoever goes on beyond them fills the instructor's disk. */
export const CLASS_LIMITS = { learners: 1000, eventsOfLearner: 50_000 } as const;

/** What the class may know of a step's verdict: its kind, never what was seen. */
export const STEP_VERDICTS = Object.keys({
  pass: 0,
  mismatch: 0,
  "wrong-exit": 0,
  "syntax-error": 0,
  timeout: 0,
  "session-died": 0,
  interrupted: 0,
  "not-written": 0,
  "background-ended": 0,
  "check-failed": 0,
  unproven: 0,
  "already-true": 0,
  skipped: 0,
  "solved-by-us": 0,
} satisfies Record<StepVerdict["kind"], 0>) as readonly StepVerdict["kind"][];

/** The verdicts of a check that are worth a message: a pass is told by its step. */
export const CHECK_VERDICTS = ["wrong", "broken"] as const satisfies readonly CheckVerdict["kind"][];

const id = text(LIMITS.id);
/** `lesson#step`, a step's name within a course. */
export const stepName = text(2 * LIMITS.id + 1);
/** Epoch milliseconds; the bound is the last moment that a Date knows. */
const moment = integer(0, 8.64e15);

/** All that ever leaves a learner's machine: ids, kinds of verdict, times. No command, no output, no path. */
const EVENTS = {
  /** A lesson is open at this step. */
  open: object({ type: oneOf(["open"]), at: moment, lesson: id, step: id }),
  "step-start": object({ type: oneOf(["step-start"]), at: moment, lesson: id, step: id }),
  "check-end": object({
    type: oneOf(["check-end"]),
    at: moment,
    lesson: id,
    step: id,
    check: id,
    verdict: oneOf(CHECK_VERDICTS),
    /** The check's diagnosis that found something, from 1: its number, never what it printed. */
    diagnosis: optional(integer(1, 1000)),
  }),
  "step-end": object({
    type: oneOf(["step-end"]),
    at: moment,
    lesson: id,
    step: id,
    verdict: oneOf(STEP_VERDICTS),
    /** The check that failed the step. */
    check: optional(id),
    ms: integer(0, 8.64e15),
  }),
  /** The `tier`-th hint of the step was read. */
  hint: object({ type: oneOf(["hint"]), at: moment, lesson: id, step: id, tier: integer(1, 1000) }),
  /** The learner asks for help, or no longer does. */
  hand: object({ type: oneOf(["hand"]), at: moment, raised: boolean }),
  /** The learner was asked to come to where the class is, and said yes or no. */
  follow: object({ type: oneOf(["follow"]), at: moment, lesson: id, step: id, agreed: boolean }),
  /** The lesson was left. */
  close: object({ type: oneOf(["close"]), at: moment }),
  /** A line of the learner's queue was lost with its disk: its number is used up. */
  gap: object({ type: oneOf(["gap"]), at: moment }),
} satisfies Record<string, Shape<unknown>>;

/** One thing that happened to a learner, as the class knows it. */
export type ClassEvent = { [K in keyof typeof EVENTS]: ReturnType<(typeof EVENTS)[K]> }[keyof typeof EVENTS];

/** An event of unknown origin. Throws WireError. */
export const classEvent: Shape<ClassEvent> = (value, where) => {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type === "string" && Object.hasOwn(EVENTS, type)) return EVENTS[type as keyof typeof EVENTS](value, where);
  throw new WireError(`${where}.type`, Object.keys(EVENTS).join(", "));
};

const version = oneOf([WIRE_VERSION]);

/** A learner asks to be let in. `learner` and `token` are the learner's own, so that the same request may come twice. */
export const joinRequest = object({
  v: version,
  code: text(32),
  learner: pattern("a UUID", /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  token: pattern("a token of 22 to 64 signs", /^[\w-]{22,64}$/),
  course: id,
  handle: optional(text(4 * LIMITS.handle)),
});

export type JoinRequest = ReturnType<typeof joinRequest>;

/** Events number `from`, `from + 1`, … of a learner; `sent` is the learner's clock when they left. */
export const eventsRequest = object({
  v: version,
  from: integer(1, Number.MAX_SAFE_INTEGER - LIMITS.events),
  sent: moment,
  events: list(classEvent, LIMITS.events),
});

/** What the host answers to a join: the number of the event that it expects first, and of the last notice before it. */
export const joinReply = object({
  class: text(64),
  title: text(400),
  handle: text(4 * LIMITS.handle),
  next: integer(1, Number.MAX_SAFE_INTEGER),
  notice: integer(0, Number.MAX_SAFE_INTEGER),
});

/** What the host answers to events, taken or not: the number of the one that it expects now. */
export const eventsReply = object({ next: integer(1, Number.MAX_SAFE_INTEGER) });

/** The addresses of the host, one for each request. */
export const PATHS = {
  join: "/v1/join",
  events: "/v1/events",
  leave: "/v1/leave",
  board: "/v1/board",
  stream: "/v1/board/stream",
  /** What the learner is told, as server-sent events; `Last-Event-ID` is the number of the last notice that was seen. */
  notices: "/v1/notices",
  /** What the instructor does. */
  actions: "/v1/actions",
  debrief: "/v1/debrief",
  export: "/v1/export",
} as const;
