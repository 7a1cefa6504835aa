import type { ServerResponse } from "node:http";

/** A client that lets this many bytes pile up is dead or stuck; it is dropped, and may watch again from where it was. */
const BACKLOG_LIMIT = 16 * 1024 * 1024;

/** A response that stays open: lines of JSON, or text. Headers go out at once. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #onClose: (() => void)[] = [];

  constructor(response: ServerResponse, type: string) {
    this.#response = response;
    response.statusCode = 200;
    response.setHeader("Content-Type", type);
    response.setHeader("Cache-Control", "no-cache, private");
    response.flushHeaders();
    response.once("close", () => {
      for (const close of this.#onClose.splice(0)) close();
    });
  }

  get isOpen(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  /** Runs once, when the client or the server ends it. */
  onClose(close: () => void): void {
    if (this.isOpen) this.#onClose.push(close);
    else close();
  }

  send(text: string): void {
    if (!this.isOpen) return;
    this.#response.write(text);
    if (this.#response.writableLength > BACKLOG_LIMIT) this.#response.destroy();
  }

  end(): void {
    if (this.isOpen) this.#response.end();
  }
}
