import { eventsReply, LIMITS, PATHS, WIRE_VERSION } from "../wire.ts";
import type { Membership } from "./membership.ts";
import type { Queue, Sent } from "./queue.ts";
import { post, refusalOf } from "./request.ts";

/** How fast a sender is, in milliseconds. */
export interface Pace {
  /** What happens within this is sent together: a quick step is one message, and the board has it within a second. */
  readonly gather: number;
  /** How long news that changes nothing on the board may wait for some that does, and leave with it. */
  readonly patience: number;
  /** After a failure, and twice as long after each further one, up to the second. */
  readonly retry: readonly [number, number];
  /** How long an answer is waited for. */
  readonly timeout: number;
}

export const PACE: Pace = { gather: 400, patience: 8_000, retry: [500, 15_000], timeout: 5_000 };

/** How a try to send ended: all is there, some is left, nobody answered, or the host wants nothing of this learner. */
export type Delivery = "done" | "more" | "offline" | "refused";

/**
 * Offers a queue's events to the host until it has confirmed them: in order, at least once; the host keeps each once.
 * Offline is normal: nothing of it is said, and nothing waits for it.
 */
export class Sender {
  readonly #queue: Queue;
  readonly #member: Membership;
  readonly #pace: Pace;
  readonly #now: () => number;
  #sent: Sent;
  #timer: NodeJS.Timeout | undefined;
  /** What the timer waits for can wait. */
  #isPatient = false;
  #running: Promise<Delivery> = Promise.resolve("done");
  #failures = 0;
  #ended = false;
  /** What the host said when it refused. */
  refusal: string | undefined;

  constructor(queue: Queue, member: Membership, now: () => number, pace: Pace = PACE) {
    this.#queue = queue;
    this.#member = member;
    this.#now = now;
    this.#pace = pace;
    this.#sent = queue.sent;
  }

  /** There may be something to send; `patient`: it can wait. */
  wake(patient = false): void {
    if (this.#failures > 0) return;
    if (this.#isPatient && !patient) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    if (this.#timer === undefined) this.#isPatient = patient;
    this.#later(patient ? this.#pace.patience : this.#pace.gather);
  }

  /** Send what there is, now. Resolves when it is confirmed, or at the first failure. Never rejects. */
  flush(): Promise<Delivery> {
    this.#running = this.#running.then(() => this.#deliver());
    return this.#running;
  }

  /** No further try: the queue may be closed. An answer that comes later is still kept. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #later(ms: number): void {
    if (this.#ended || this.#timer !== undefined || this.refusal !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#isPatient = false;
      void this.flush().then((end) => this.#after(end));
    }, ms).unref();
  }

  #after(end: Delivery): void {
    if (this.#ended) return;
    if (end !== "offline") {
      this.#failures = 0;
      if (end === "done" && this.#queue.hasMore(this.#sent)) this.wake();
      return;
    }
    const [first, most] = this.#pace.retry;
    // A room whose host comes back must not call it all at the same moment.
    const wait = Math.min(most, first * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#later(wait);
  }

  async #deliver(): Promise<Delivery> {
    let end: Delivery = "more";
    while (end === "more" && !this.#ended) end = await this.#deliverOne().catch(() => "offline");
    return end;
  }

  async #deliverOne(): Promise<Delivery> {
    const now = this.#now();
    const batch = this.#queue.read(this.#sent, LIMITS.events, now);
    if (batch === undefined) return "done";
    const { from, events } = batch;
    const { url, token } = this.#member;
    const body = { v: WIRE_VERSION, from, sent: now, events };
    const reply = await post({ url, path: PATHS.events, body, token, packed: true, timeoutMs: this.#pace.timeout });
    if (reply.status === 204 || reply.status === 200 || reply.status === 409) {
      const { next } = reply.status === 204 ? { next: from + events.length } : eventsReply(reply.body, "answer");
      const seq = next - 1;
      const took = seq === from + events.length - 1;
      const found = took ? { seq, offset: batch.end } : this.#queue.find(seq);
      // A host that has more than was ever written, or takes nothing and wants the same again, is not to be asked for ever.
      if (found.seq !== seq || found.seq === this.#sent.seq) throw new Error("the host counts otherwise");
      this.#sent = found;
      this.#queue.confirm(found);
      return "more";
    }
    // Too many, too busy, gone for a moment: later. Anything else is about this learner, and stays so.
    if (reply.status === 429 || reply.status >= 500) return "offline";
    this.refusal = refusalOf(reply);
    return "refused";
  }
}
