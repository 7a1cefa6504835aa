import type { BlockOutput } from "./session.ts";

/** Characters kept of the start and of the end. */
const BOUND = 1 << 16;

/** The two ends of a text that goes on growing; what is between them is counted and let go. */
export class KeptText {
  #head = "";
  #tail = "";
  #bytes = 0;

  push(text: string): void {
    const room = BOUND - this.#head.length;
    this.#bytes += Buffer.byteLength(text);
    this.#head += text.slice(0, room);
    this.#tail += text.slice(room);
    if (this.#tail.length > 2 * BOUND) this.#tail = this.#tail.slice(-BOUND);
  }

  output(): BlockOutput {
    const tail = this.#tail.slice(-BOUND);
    const elidedBytes = Math.max(0, this.#bytes - Buffer.byteLength(this.#head + tail));
    const kept = elidedBytes === 0 ? { head: this.#head + tail, tail: "" } : { head: this.#head, tail };
    return { ...kept, elidedBytes, totalBytes: this.#bytes, spillPath: undefined };
  }
}
