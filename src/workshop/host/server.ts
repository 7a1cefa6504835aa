import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { servePage } from "../page/serve.ts";
import { object, oneOf } from "../shape.ts";
import { eventsRequest, joinRequest, PATHS, WIRE_VERSION } from "../wire.ts";
import { type Classroom, Refusal } from "./classroom.ts";
import { answer, bearerOf, readBody, refuse, requireOwnOrigin } from "./exchange.ts";
import { BoardStream } from "./stream.ts";

/** What was refused, for the host's screen: never the body, never a token. */
export interface Refused {
  readonly address: string;
  readonly request: string;
  readonly reason: string;
}

export interface ServerOptions {
  readonly classroom: Classroom;
  readonly listen: string;
  /** 0: any that is free. */
  readonly port: number;
  onRefused(refused: Refused): void;
  /** A fault of ours; the class goes on. */
  onFault(error: unknown): void;
}

type Route = (request: IncomingMessage, response: ServerResponse, classroom: Classroom) => Promise<void>;

/** A class on a port. */
export class ClassServer {
  readonly #server: Server;
  readonly #stream: BoardStream;
  readonly #options: ServerOptions;

  private constructor(options: ServerOptions) {
    this.#options = options;
    this.#stream = new BoardStream(options.classroom);
    this.#server = createServer(
      { maxHeaderSize: 8192, requestTimeout: 20_000, headersTimeout: 10_000 },
      (request, response) => {
        void this.#serve(request, response);
      },
    );
    this.#server.maxConnections = 2000;
  }

  /** Listen. Throws an EnvironmentError for an address or a port that cannot be had. */
  static async open(options: ServerOptions): Promise<ClassServer> {
    const opened = new ClassServer(options);
    const { listen, port } = options;
    try {
      opened.#server.listen(port, listen);
      await once(opened.#server, "listening");
    } catch (cause) {
      throw new EnvironmentError(
        `\`${listen}\` port ${port} cannot be listened on (${(cause as NodeJS.ErrnoException).code}).`,
        {
          hint: "`--listen` names an address of this machine, `--port` another port; learners then need the new address.",
          cause,
        },
      );
    }
    opened.#server.on("error", options.onFault);
    return opened;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#stream.close();
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = `${request.method} ${(request.url ?? "").split("?")[0]}`;
    try {
      requireOwnOrigin(request);
      if (servePage(request, response)) return;
      const route = Object.hasOwn(this.#routes, name) ? this.#routes[name] : undefined;
      if (route === undefined) throw new Refusal(404, "There is nothing at this address.");
      await route(request, response, this.#options.classroom);
    } catch (error) {
      this.#failed(error, name, request, response);
    }
  }

  #failed(error: unknown, name: string, request: IncomingMessage, response: ServerResponse): void {
    const { onRefused, onFault } = this.#options;
    // Who hung up in the middle of a message is told nothing.
    if (request.errored !== null || response.destroyed) return;
    const refusal = error instanceof Refusal ? error : new Refusal(500, "The class could not do it.");
    if (error instanceof Refusal)
      onRefused({ address: addressOf(request), request: name.slice(0, 60), reason: error.message });
    else onFault(error);
    if (!response.headersSent) refuse(response, refusal);
    else response.destroy();
  }

  readonly #routes: Readonly<Record<string, Route>> = {
    [`POST ${PATHS.join}`]: async (request, response, classroom) => {
      const asked = await readBody(request, joinRequest);
      const { handle, lastSeq } = await classroom.join(asked, addressOf(request));
      const { id, title } = classroom.about;
      answer(response, 200, { class: id, title, handle, next: lastSeq + 1 });
    },
    [`POST ${PATHS.events}`]: async (request, response, classroom) => {
      const learner = await classroom.learnerOf(bearerOf(request));
      const { next, gap } = await classroom.take(learner, await readBody(request, eventsRequest));
      answer(response, gap ? 409 : 200, { next });
    },
    [`POST ${PATHS.leave}`]: async (request, response, classroom) => {
      const learner = await classroom.learnerOf(bearerOf(request));
      await readBody(request, object({ v: oneOf([WIRE_VERSION]) }));
      await classroom.leave(learner);
      answer(response, 200, {});
    },
    [`GET ${PATHS.board}`]: async (request, response, classroom) => {
      classroom.requireBoardKey(bearerOf(request));
      answer(response, 200, classroom.board());
    },
    [`GET ${PATHS.stream}`]: async (request, response, classroom) => {
      classroom.requireBoardKey(bearerOf(request));
      this.#stream.add(response);
    },
  };
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "unknown";
}
