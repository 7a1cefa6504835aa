import { createServer, type IncomingMessage, type Server as NodeServer, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";
import { readRequest, responseOn, sendAnswer } from "../api/index.ts";
import type { Accept, Arrival } from "../network/index.ts";
import type { HttpServer, Server, ServerContext } from "./images/image.ts";

/** One connection as the server behind it takes it. */
interface Taken {
  readonly server: HttpServer;
  /** Made anew for each request: its time is the request's. */
  readonly at: () => ServerContext;
}

const MAX_HEADER_BYTES = 64 * 1024;

/** Speaks HTTP, plain and by TLS, for the servers of all pods; those that speak bytes get theirs as they are. */
export class Serving {
  readonly #log: (message: string, error?: unknown) => void;
  readonly #taken = new WeakMap<object, Taken>();
  readonly #http: NodeServer;

  constructor(log: (message: string, error?: unknown) => void) {
    this.#log = log;
    const options = { keepAlive: true, maxHeaderSize: MAX_HEADER_BYTES };
    this.#http = createServer(options, (request, response) => void this.#answer(request, response));
    // A client that has said all it has to say still wants its answer: `printf … | nc`.
    Object.assign(this.#http, { httpAllowHalfOpen: true });
    this.#http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const taken = this.#taken.get(socket);
      if (taken?.server.upgrade?.(request, socket, head, taken.at()) === true) return;
      void this.#answer(request, responseOn(request, socket));
    });
    this.#http.on("connect", (_request, socket) => socket.destroy());
  }

  /** How connections to a server are taken; `at` makes what it knows of one. */
  accept(server: Server, at: (arrival: Arrival) => ServerContext): Accept {
    return (socket, arrival) => {
      if (server.speaks === "bytes") return server.accept(socket, at(arrival));
      const taken = { server, at: () => at(arrival) };
      const carried = server.tls?.isAt(taken.at()) ? secured(socket, server, taken.at()) : socket;
      if (carried === undefined) return void socket.destroy();
      this.#taken.set(carried, taken);
      this.#http.emit("connection", carried);
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const taken = this.#taken.get(request.socket);
    response.on("error", () => {});
    if (taken === undefined) return void response.destroy();
    const { server, at } = taken;
    try {
      const asked = await readRequest(request);
      const answer = await server.serve(asked, at());
      const now = at();
      for (const line of server.requestLog?.(asked, answer, now) ?? []) now.log(line);
      await sendAnswer(response, answer);
    } catch (error) {
      // A client that leaves in the middle is no fault.
      if (!request.destroyed) this.#log(`request to ${at().pod.metadata.namespace}/${at().pod.metadata.name}`, error);
      response.destroy();
    }
  }
}

function secured(socket: Duplex, server: HttpServer, at: ServerContext): TLSSocket | undefined {
  const certificate = server.tls?.certificate(at);
  if (certificate === undefined) return undefined;
  const carried = new TLSSocket(socket as never, { isServer: true, secureContext: createSecureContext(certificate) });
  carried.on("error", () => carried.destroy());
  return carried;
}
