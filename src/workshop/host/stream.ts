import type { ServerResponse } from "node:http";
import type { Classroom } from "./classroom.ts";

/** What happens within this many milliseconds is one update of the board. */
const GATHER_MS = 250;
/** Times go on where nothing happens; this often they are told anew, which also keeps a connection alive. */
const TICK_MS = 5_000;
/** A reader who is this many bytes behind is left out until it has caught up: the next update has all. */
const BEHIND = 1024 * 1024;

/** The board as server-sent events: each is the whole board, so that none can be missed. */
export class BoardStream {
  readonly #classroom: Classroom;
  readonly #readers = new Set<ServerResponse>();
  readonly #unwatch: () => void;
  #gathering: NodeJS.Timeout | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(classroom: Classroom) {
    this.#classroom = classroom;
    this.#unwatch = classroom.watch(() => this.#changed());
  }

  add(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.#readers.add(response);
    response.on("close", () => {
      this.#readers.delete(response);
      if (this.#readers.size === 0) this.#rest();
    });
    response.write(this.#message());
    this.#ticking ??= setInterval(() => this.#send(), TICK_MS);
  }

  close(): void {
    this.#unwatch();
    this.#rest();
    for (const reader of this.#readers) reader.end();
  }

  /** Nobody looks: nothing is worked out. */
  #rest(): void {
    clearTimeout(this.#gathering);
    clearInterval(this.#ticking);
    this.#gathering = undefined;
    this.#ticking = undefined;
  }

  #changed(): void {
    if (this.#readers.size === 0) return;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#send();
    }, GATHER_MS);
  }

  #send(): void {
    const message = this.#message();
    for (const reader of this.#readers) if (reader.writableLength < BEHIND) reader.write(message);
  }

  #message(): string {
    return `event: board\ndata: ${JSON.stringify(this.#classroom.board())}\n\n`;
  }
}
