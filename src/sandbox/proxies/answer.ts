import type { HttpAnswer, HttpRequest } from "../mesh/index.ts";

/** What becomes of one request; the signal says that its client has gone. */
export type Answer = (request: HttpRequest, signal: Leaving) => Promise<HttpAnswer>;

/** Whether a client is still there, and since when it is not: milliseconds since the epoch. */
export interface Leaving {
  leftAt: number | undefined;
}
