import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpAnswer, HttpRequest } from "../mesh/index.ts";
import type { Answer, Leaving } from "./answer.ts";
import { HOP_HEADERS, pairsOf } from "./exchange.ts";
import type { Http2Door } from "./http2-door.ts";
import { beginsWith } from "./sniff.ts";
import { OpenTunnel } from "./tunnel.ts";

const MAX_HEAD_BYTES = 60 * 1024;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Speaks HTTP with those who come to a proxy. */
export class HttpDoor {
  /** Loaded when the first client speaks it. */
  #http2: Promise<Http2Door> | undefined;
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
    this.#server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (String(request.headers.upgrade).toLowerCase() === WEBSOCKET) return void this.#upgrade(request, socket, head);
      void this.#serve(request, responseTo(request, socket));
    });
    this.#server.on("connect", (_request, socket) => socket.destroy());
  }

  /** Takes a connection; every request on it is answered so. */
  take(socket: Duplex, answer: Answer): void {
    void this.#take(socket, answer).catch((error: unknown) => {
      this.#log("a connection through the mesh", error);
      socket.destroy();
    });
  }

  async #take(socket: Duplex, answer: Answer): Promise<void> {
    if (await beginsWith(socket, PREFACE)) {
      this.#http2 ??= import("./http2-door.ts").then(
        ({ Http2Door }) => new Http2Door({ now: this.#now, log: this.#log, readBody: bodyOf }),
      );
      const door = await this.#http2;
      return door.take(socket, answer);
    }
    this.#answers.set(socket, answer);
    this.#server.emit("connection", socket);
  }

  /** A client that wants to go over to another protocol: where the program agrees, bytes flow both ways from then on. */
  async #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const answer = this.#answers.get(socket);
    if (answer === undefined) return void socket.destroy();
    if (head.length > 0) socket.unshift(head);
    const leaving: Leaving = { leftAt: undefined };
    const left = (): void => {
      leaving.leftAt = this.#now();
    };
    socket.once("close", left);
    try {
      const answered = await answer({ ...(await requestOf(message)), upgrade: WEBSOCKET }, leaving);
      if (typeof answered === "string") return void socket.destroy();
      const tunnel = answered.tunnel instanceof OpenTunnel ? answered.tunnel : undefined;
      if (socket.destroyed) return tunnel?.close();
      socket.off("close", left);
      if (tunnel === undefined) return send(responseTo(message, socket), answered, this.#now());
      socket.write(switched(answered, this.#now()));
      await tunnel.take(socket);
    } catch (error) {
      if (!socket.destroyed) this.#log("a request through the mesh", error);
      socket.destroy();
    }
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

/** RFC 9113 3.4 */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n");
const WEBSOCKET = "websocket";

/** On a connection that the server has let go of. */
function responseTo(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as never);
  response.on("finish", () => socket.end());
  return response;
}

/** The head of an answer after which another protocol is spoken. */
function switched({ headers }: Exclude<HttpAnswer, string>, now: number): string {
  const own = headers.filter(([name]) => name !== "content-length" && name !== "date");
  const lines = [...own, ["date", new Date(now).toUTCString()], ["connection", "upgrade"], ["upgrade", WEBSOCKET]];
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.map((pair) => `${pair.join(": ")}\r\n`).join("")}\r\n`;
}

async function requestOf(message: IncomingMessage): Promise<HttpRequest> {
  const { method = "GET", url = "/" } = message;
  const hasBody = message.headers["content-length"] !== undefined || message.headers["transfer-encoding"] !== undefined;
  return { method, path: url, headers: pairsOf(message), body: hasBody ? await bodyOf(message) : Buffer.alloc(0) };
}

async function bodyOf(message: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
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
