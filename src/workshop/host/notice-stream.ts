import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Notice } from "../notice.ts";
import type { Classroom, Happening } from "./classroom.ts";
import { endConnection } from "./exchange.ts";

/** Something is sent this often, so that a learner notices a network that was cut. */
const HEARTBEAT_MS = 15_000;
/** A reader who is this many bytes behind is sent away: who comes back is told what was missed. */
const BEHIND = 128 * 1024;
/** The last words of a class get this long. */
const DRAIN_MS = 2000;
/** A learner has one terminal, or a few: the streams of more are somebody's mistake, or malice. */
const STREAMS = 4;

/** What each learner is told, as server-sent events: how the class stands, the notices that were missed, then each as it comes. */
export class NoticeStream {
  readonly #classroom: Classroom;
  /** By the learner's number; the oldest stream first. */
  readonly #readers = new Map<number, ServerResponse[]>();
  readonly #unwatch: () => void;
  #beating: NodeJS.Timeout | undefined;

  constructor(classroom: Classroom) {
    this.#classroom = classroom;
    this.#unwatch = classroom.watch((happening) => this.#happened(happening));
  }

  /** `last`: the number of the last notice that this learner saw. */
  add(response: ServerResponse, learner: number, last: number): void {
    // Its connection ends with it: one that nobody reads must not stay open for a next request.
    // It ends where the connection ends, so what is said needs no frames: they are as long as the sign of life itself.
    response.removeHeader("transfer-encoding");
    endConnection(response);
    response.writeHead(200, { "content-type": "text/event-stream" });
    const missed = this.#classroom.noticesAfter(last, learner);
    response.write(this.#state() + missed.map(message).join(""));
    const own = [...(this.#readers.get(learner) ?? []), response];
    for (const old of own.splice(0, own.length - STREAMS)) old.end();
    this.#readers.set(learner, own);
    response.on("close", () => this.#gone(response, learner));
    this.#beating ??= setInterval(() => this.#toAll(":\n\n"), HEARTBEAT_MS);
  }

  /** Ends each stream when what was written to it is on its way; a reader that does not read is not waited for long. */
  async close(): Promise<void> {
    this.#unwatch();
    clearInterval(this.#beating);
    const readers = [...this.#readers.values()].flat();
    const ended = readers.map((one) => new Promise<void>((resolve) => one.on("close", resolve).end(resolve)));
    const patience = new AbortController();
    const late = sleep(DRAIN_MS, undefined, { signal: patience.signal }).catch(() => {});
    await Promise.race([Promise.all(ended), late]);
    patience.abort();
  }

  #gone(response: ServerResponse, learner: number): void {
    const left = (this.#readers.get(learner) ?? []).filter((one) => one !== response);
    if (left.length > 0) this.#readers.set(learner, left);
    else this.#readers.delete(learner);
    if (this.#readers.size > 0) return;
    clearInterval(this.#beating);
    this.#beating = undefined;
  }

  #happened(happening: Happening): void {
    if (happening.type === "left") for (const one of this.#readers.get(happening.number) ?? []) one.end();
    if (happening.type !== "told") return;
    const { notice, number, changed } = happening;
    const text = message(notice);
    if (number === undefined) this.#toAll(text);
    else for (const one of this.#readers.get(number) ?? []) send(one, text);
    if (changed) this.#toAll(this.#state());
  }

  #toAll(text: string): void {
    for (const readers of this.#readers.values()) for (const one of readers) send(one, text);
  }

  #state(): string {
    return `event: state\ndata: ${JSON.stringify(this.#classroom.state())}\n\n`;
  }
}

function message(notice: Notice): string {
  return `id: ${notice.number}\nevent: notice\ndata: ${JSON.stringify(notice)}\n\n`;
}

function send(reader: ServerResponse, text: string): void {
  if (reader.writableLength > BEHIND) reader.destroy();
  else if (!reader.writableEnded) reader.write(text);
}
