// A board that stays open: when it first showed each learner's n-th finished step.
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export class BoardReader {
  #seen = new Map();
  #open = true;
  #response;
  /** Since when the stream stands; undefined while it does not. */
  connectedAt;
  updates = 0;
  bytes = 0;

  constructor(url, key) {
    this.ended = this.#follow(url, key);
  }

  /** When the board showed that this learner has finished so many steps, and since when the board was open then. */
  shown(handle, done) {
    return this.#seen.get(handle)?.[done - 1];
  }

  close() {
    this.#open = false;
    this.#response?.destroy();
  }

  async #follow(url, key) {
    while (this.#open) {
      await this.#read(url, key).catch(() => {});
      this.connectedAt = undefined;
      await sleep(50);
    }
  }

  #read(url, key) {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}` };
      const sent = request(`${url}/v1/board/stream`, { headers, agent: false }, (response) => {
        this.#response = response;
        this.connectedAt = Date.now();
        let text = "";
        response.setEncoding("utf8").on("data", (part) => {
          this.bytes += part.length;
          text += part;
          for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
            this.#message(text.slice(0, end));
            text = text.slice(end + 2);
          }
        });
        response.on("close", resolve).on("error", reject);
      });
      sent.on("error", reject).end();
    });
  }

  #message(message) {
    const data = /^data: (.*)$/m.exec(message)?.[1];
    if (data === undefined) return;
    const at = Date.now();
    this.updates += 1;
    for (const { handle, done } of JSON.parse(data).rows) {
      const seen = this.#seen.get(handle) ?? [];
      this.#seen.set(handle, seen);
      while (seen.length < done) seen.push({ at, connectedAt: this.connectedAt });
    }
  }
}
