import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpAnswer, HttpRequest } from "../mesh/index.ts";
import { HOP_HEADERS, pairsOf } from "./exchange.ts";

/** What becomes of one request; the signal says that its client has gone. */
export type Answer = (request: HttpRequest, signal: Leaving) => Promise<HttpAnswer>;

/** Whether a client is still there, and since when it is not: milliseconds since the epoch. */
export interface Leaving {
  leftAt: number | undefined;
}

const MAX_HEAD_BYTES = 60 * 1024;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Speaks HTTP with those who come to a proxy. */
export class HttpDoor {
  readonly #answers = new WeakMap<object, Answer>();
  readonly #server = createServer(
    { keepAlive: true, maxHeaderSize: MAX_HEAD_BYTES, requireHostHeader: false },
    (request, response) => void this.#serve(request, response),
  );
  readonly #now: () => number;
  readonly #log: (message: string, error?: unknown) => void;

  constructor(now: () => number, log: (message: string, error?: unknown) => void) {
    this.#now = now;
    this.#log = log;
    // A client that has said all it has to say still wants its answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
      const response = new ServerResponse(request);
      response.shouldKeepAlive = false;
      response.assignSocket(socket as never);
      response.on("finish", () => socket.end());
      void this.#serve(request, response);
    });
    this.#server.on("connect", (_request, socket) => socket.destroy());
  }

  /** Takes a connection; every request on it is answered so. */
  take(socket: Duplex, answer: Answer): void {
    this.#answers.set(socket, answer);
    this.#server.emit("connection", socket);
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = this.#answers.get(message.socket);
    response.on("error", () => {});
    if (answer === undefined) return void response.destroy();
    // Envoy speaks no HTTP/1.0 unless it is told to.
    if (message.httpVersionMajor === 1 && message.httpVersionMinor === 0) {
      return send(response, { status: 426, headers: [], body: Buffer.alloc(0) }, this.#now());
    }
    const leaving: Leaving = { leftAt: undefined };
    response.once("close", () => {
      if (!response.writableFinished) leaving.leftAt = this.#now();
    });
    try {
      const answered = await answer(await requestOf(message), leaving);
      if (answered === "reset" || answered === "refused") message.socket.destroy();
      else send(response, answered, this.#now());
    } catch (error) {
      if (!message.destroyed) this.#log("a request through the mesh", error);
      response.destroy();
    }
  }
}

async function requestOf(message: IncomingMessage): Promise<HttpRequest> {
  const { method = "GET", url = "/" } = message;
  const hasBody = message.headers["content-length"] !== undefined || message.headers["transfer-encoding"] !== undefined;
  return { method, path: url, headers: pairsOf(message), body: hasBody ? await bodyOf(message) : Buffer.alloc(0) };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("the request's body is too large");
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: Exclude<HttpAnswer, string>, now: number): void {
  const { status, headers, body } = answer;
  response.sendDate = false;
  // Envoy keeps connections without a word about it.
  response.removeHeader("connection");
  const flat = headers.flatMap(([name, value]) =>
    HOP_HEADERS.has(name) || name === "content-length" ? [] : [name, value],
  );
  if (!headers.some(([name]) => name === "date")) flat.push("date", new Date(now).toUTCString());
  const told = response.req.method === "HEAD" ? headers.find(([name]) => name === "content-length")?.[1] : undefined;
  if (status !== 204 && status !== 304 && status >= 200) flat.push("content-length", told ?? String(body.length));
  response.writeHead(status, flat);
  response.end(body);
}
