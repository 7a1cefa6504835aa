import type { Endpoint, HttpAnswer, HttpRequest } from "./model.ts";

/**
 * What a task asks of whoever runs it. The mesh does nothing by itself: it is told the time, and has its waiting, its
 * asking of programs and its side work done for it. So the same code runs in virtual time, exactly and at once, and in
 * real time behind sockets.
 */
export type Effect =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "within"; readonly ms: number; readonly task: Task<unknown> }
  | { readonly kind: "spawn"; readonly task: Task<unknown> }
  /** Goes on when the function that `register` is given is called, once: a free place in a queue. */
  | { readonly kind: "park"; readonly register: (wake: () => void) => void }
  | {
      readonly kind: "ask";
      readonly endpoint: Endpoint;
      readonly request: HttpRequest;
      /** The client's address as the program sees it. */
      readonly from: string;
      /** The server name of the TLS by which a proxy asks what is outside; undefined: it asks plainly. */
      readonly sni?: string | undefined;
    };

/** A piece of work that yields what it needs and returns what came of it. */
export type Task<T> = Generator<Effect, T, unknown>;

/** What `within` gives when the time is over first. */
export const LATE: unique symbol = Symbol("late");

/** Lets time pass. Milliseconds. */
export function* wait(ms: number): Task<void> {
  if (ms > 0) yield { kind: "wait", ms };
}

/** The task's result, or `LATE` after so many milliseconds; the task then runs on for itself. No limit: undefined. */
export function* within<T>(ms: number | undefined, task: Task<T>): Task<T | typeof LATE> {
  if (ms === undefined) return yield* task;
  return (yield { kind: "within", ms, task }) as T | typeof LATE;
}

/** Begins work that nobody waits for: a mirrored request. */
export function* spawn(task: Task<unknown>): Task<void> {
  yield { kind: "spawn", task };
}

/** Sleeps until somebody wakes it. */
export function* park(register: (wake: () => void) => void): Task<void> {
  yield { kind: "park", register };
}

/** Asks the program that listens at an endpoint, by TLS where a server name is given. */
export function* ask(endpoint: Endpoint, request: HttpRequest, from: string, sni?: string): Task<HttpAnswer> {
  return (yield { kind: "ask", endpoint, request, from, sni }) as HttpAnswer;
}
