import type { ClientRequest, IncomingMessage } from "node:http";
import { type ClassState, classState, type Notice, notice } from "../notice.ts";
import { type Shape, WireError } from "../shape.ts";
import { PATHS } from "../wire.ts";
import { EventStream, StreamError, type StreamEvent } from "./event-stream.ts";
import type { Membership } from "./membership.ts";

/** How patient a listener is, in milliseconds. */
export interface Patience {
  /** After a connection was lost, and twice as long after each further failure, up to the second. */
  readonly retry: readonly [number, number];
  /** How long the host may take to answer. */
  readonly answer: number;
  /** The host says something every 15 s; who is silent for longer than this is not reached any more. */
  readonly silence: number;
}

export const PATIENCE: Patience = { retry: [500, 15_000], answer: 5_000, silence: 40_000 };

/** Why nothing more will be told: the host does not know this learner, or the class is over. */
export type Over = "unknown" | "closed";

export interface Listener {
  /** `at`: when the host said it, by this machine's clock, to the second and never later than now. */
  onNotice(notice: Notice, at: number): void;
  onState(state: ClassState): void;
  /** The host is reached from now on, or no longer. */
  onReach(reached: boolean): void;
  onOver(over: Over): void;
}

/** The host's statuses that no later try will change. */
const OVER: Readonly<Record<number, Over>> = { 401: "unknown", 410: "closed" };

/**
 * Hears what the host tells this learner, and connects again whenever that is cut. Neither an open connection nor the
 * wait for the next one keeps the process alive. Nothing of it is an error: offline is normal.
 */
export class NoticeClient {
  readonly #member: Membership;
  readonly #listener: Listener;
  readonly #patience: Patience;
  readonly #now: () => number;
  /** The last notice that came; those up to it are passed over when they come again. */
  #last: number;
  #request: ClientRequest | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #reached = false;
  #ended = false;

  /** `last`: the number of the last notice that was seen. */
  constructor(member: Membership, last: number, listener: Listener, now: () => number, patience: Patience = PATIENCE) {
    this.#member = member;
    this.#last = last;
    this.#listener = listener;
    this.#now = now;
    this.#patience = patience;
  }

  start(): void {
    void this.#connect();
  }

  /** Nothing is heard from here on. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#request?.destroy();
  }

  async #connect(): Promise<void> {
    const { request } = await import("node:http");
    if (this.#ended) return;
    const { url, token } = this.#member;
    const headers = { authorization: `Bearer ${token}`, "last-event-id": `${this.#last}` };
    const sent = request(new URL(PATHS.notices, url), { headers, agent: false, timeout: this.#patience.answer });
    // The host ends the stream with its connection, without being asked to.
    sent.removeHeader("connection");
    this.#request = sent;
    let opened: number | undefined;
    sent.on("socket", (socket) => void socket.unref());
    sent.on("timeout", () => void sent.destroy(new Error("silence")));
    // Why a connection failed does not matter; that it did is told by its end.
    sent.on("error", () => {});
    sent.on("response", (response) => {
      // Of a stream that is not ended by its host nothing is said but its end.
      response.on("error", () => {});
      if (response.statusCode === 200) opened = this.#now();
      this.#read(response, sent);
    });
    sent.on("close", () => this.#lost(opened));
    sent.end();
  }

  #read(response: IncomingMessage, sent: ClientRequest): void {
    const { statusCode = 0, headers } = response;
    const over = OVER[statusCode];
    if (over !== undefined) {
      this.end();
      this.#listener.onOver(over);
      return;
    }
    if (statusCode !== 200 || !/^text\/event-stream(?:;|$)/i.test(headers["content-type"] ?? "")) {
      sent.destroy();
      return;
    }
    sent.setTimeout(this.#patience.silence);
    const sentAt = Date.parse(headers.date ?? "");
    const skewMs = Number.isNaN(sentAt) ? 0 : sentAt - this.#now();
    const stream = new EventStream();
    response.on("data", (bytes: Buffer) => {
      if (this.#ended) return;
      try {
        for (const event of stream.push(bytes)) this.#hear(event, skewMs);
      } catch (error) {
        if (!(error instanceof StreamError)) throw error;
        // No host of a class sends this; another may answer the next time.
        sent.destroy();
      }
    });
  }

  #hear({ type, data }: StreamEvent, skewMs: number): void {
    if (this.#ended) return;
    if (type === "state") {
      const state = understood(classState, data);
      if (state === undefined) return;
      this.#reach(true);
      this.#listener.onState(state);
    }
    const told = type === "notice" ? understood(notice, data) : undefined;
    if (told === undefined || told.number <= this.#last) return;
    this.#last = told.number;
    this.#listener.onNotice(told, Math.min(told.at - skewMs, this.#now()));
  }

  #lost(opened: number | undefined): void {
    this.#request = undefined;
    if (this.#ended) return;
    this.#reach(false);
    const [first, most] = this.#patience.retry;
    // A host that answers and hangs up at once is as good as none.
    if (opened !== undefined && this.#now() - opened >= most) this.#failures = 0;
    // A room whose host comes back must not call it all at the same moment.
    const wait = Math.min(most, first * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#connect(), wait).unref();
  }

  #reach(reached: boolean): void {
    if (this.#reached === reached) return;
    this.#reached = reached;
    this.#listener.onReach(reached);
  }
}

/** What an event says; undefined for one that this version does not know, which must not stand in the way of the next. */
function understood<T>(shape: Shape<T>, data: string): T | undefined {
  try {
    return shape(JSON.parse(data), "event");
  } catch (error) {
    if (error instanceof WireError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
