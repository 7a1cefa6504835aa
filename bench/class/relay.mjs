// The room's network, on loopback: learners reach the host through it, every byte is counted, and it can be cut.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { HttpMeter } from "./http-meter.mjs";

/**
 * Ways the network can be: as it should; `swallow`: what is sent is lost, and nobody is told; `reset`: connections are
 * refused, and half of those that stand are reset. A connection that lost bytes gets no more of them, ever.
 */
const MODES = ["through", "swallow", "reset"];

export class Relay {
  #mode = "through";
  #pairs = new Set();
  #server = createServer((client) => this.#open(client));
  #target;
  /** By kind of request (its path): messages, and bytes of headers and bodies in both directions. */
  tallies = new Map();
  /** Called with `{ token, body, at, answeredAt, status }` for each request whose answer came back. */
  onAnswered = () => {};
  /** Called with `{ token, body, at }` for each whole request. */
  onAsked = () => {};

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this.#server.address().port;
  }

  /** Where the host is. */
  leadTo(port) {
    this.#target = port;
  }

  become(mode) {
    if (!MODES.includes(mode)) throw new Error(`no such network: ${mode}`);
    this.#mode = mode;
    for (const pair of this.#pairs) {
      if (mode === "swallow") pair.isLost = true;
      if (mode === "reset" && Math.random() < 0.5) pair.client.resetAndDestroy();
    }
  }

  /** Bytes of all requests and answers, with their headers. */
  get bytes() {
    return [...this.tallies.values()].reduce((sum, { head, body }) => sum + head + body, 0);
  }

  close() {
    this.#server.close();
    for (const { client, host } of this.#pairs) {
      client.destroy();
      host.destroy();
    }
  }

  #open(client) {
    client.on("error", () => {});
    if (this.#mode === "reset") {
      client.resetAndDestroy();
      return;
    }
    const host = connect(this.#target, "127.0.0.1").on("error", () => client.resetAndDestroy());
    const pair = { client, host, isLost: this.#mode === "swallow" };
    this.#pairs.add(pair);
    const asked = [];
    let kind = "other";
    const count = (part) => (bytes) => {
      const tally = this.tallies.get(kind) ?? { messages: 0, head: 0, body: 0 };
      tally[part] += bytes;
      this.tallies.set(kind, tally);
    };
    const counted = { onHead: count("head"), onBody: count("body") };
    const up = new HttpMeter({
      ...counted,
      onStart: (line) => {
        kind = line.split(" ")[1] ?? "other";
        count("messages")(1);
      },
      onMessage: ({ headers, body }) => {
        const token = /^Bearer (.*)$/.exec(headers.get("authorization") ?? "")?.[1];
        asked.push({ kind, token, body, at: Date.now() });
        this.onAsked(asked.at(-1));
      },
    });
    let status = 0;
    const down = new HttpMeter({
      ...counted,
      onStart: (line) => {
        status = Number(line.split(" ")[1]);
      },
      onMessage: () => {
        const request = asked.shift();
        if (request !== undefined && !pair.isLost) this.onAnswered({ ...request, status, answeredAt: Date.now() });
      },
    });
    client.on("data", (bytes) => {
      up.take(bytes);
      if (!pair.isLost) host.write(bytes);
    });
    host.on("data", (bytes) => {
      if (pair.isLost) return;
      down.take(bytes);
      client.write(bytes);
    });
    // A lost connection does not even end: its other side hears nothing.
    client.on("end", () => !pair.isLost && host.end());
    host.on("end", () => !pair.isLost && client.end());
    host.on("close", () => !pair.isLost && client.destroy());
    client.on("close", () => {
      host.destroy();
      this.#pairs.delete(pair);
    });
  }
}
