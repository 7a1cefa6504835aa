import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { action } from "../action.ts";
import { servePage } from "../page/serve.ts";
import { object, oneOf } from "../shape.ts";
import { eventsRequest, joinRequest, PATHS, WIRE_VERSION } from "../wire.ts";
import type { Classroom } from "./classroom.ts";
import { Unavailable } from "./database.ts";
import {
  answer,
  answerTaken,
  bearerOf,
  isPacked,
  lastSeenOf,
  readBody,
  refuse,
  requireOwnOrigin,
  requireThisMachine,
} from "./exchange.ts";
import { Lobby } from "./lobby.ts";
import type { Mirror } from "./mirror.ts";
import { NoticeStream } from "./notice-stream.ts";
import { Refusal } from "./refusal.ts";
import { BoardStream } from "./stream.ts";

/** What was refused, for the host's screen: never the body, never a token. */
export interface Refused {
  readonly address: string;
  readonly request: string;
  readonly reason: string;
}

export interface ServerOptions {
  readonly classroom: Classroom;
  /** What the room may fetch from here. */
  readonly mirror?: Mirror | undefined;
  readonly listen: string;
  /** 0: any that is free. */
  readonly port: number;
  /** The board and the actions are open to other machines, too, for who has the key. */
  readonly boardInRoom: boolean;
  onRefused(refused: Refused): void;
  /** A fault of ours; the class goes on. */
  onFault(error: unknown): void;
}

type Route = (request: IncomingMessage, response: ServerResponse, classroom: Classroom) => Promise<void>;

/** A class on a port. */
export class ClassServer {
  readonly #server: Server;
  readonly #stream: BoardStream;
  readonly #notices: NoticeStream;
  readonly #lobby = new Lobby();
  readonly #options: ServerOptions;

  private constructor(options: ServerOptions) {
    this.#options = options;
    this.#stream = new BoardStream(options.classroom);
    this.#notices = new NoticeStream(options.classroom);
    this.#server = createServer(
      { maxHeaderSize: 8192, requestTimeout: 20_000, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
      (request, response) => {
        void this.#serve(request, response);
      },
    );
    this.#server.maxConnections = 4000;
    this.#server.on("connection", (socket) => this.#lobby.enter(socket));
  }

  /** Listen. Throws an EnvironmentError for an address or a port that cannot be had. */
  static async open(options: ServerOptions): Promise<ClassServer> {
    const opened = new ClassServer(options);
    const { listen, port } = options;
    try {
      opened.#server.listen(port, listen);
      await once(opened.#server, "listening");
    } catch (cause) {
      options.mirror?.close();
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
    const told = this.#notices.close();
    const closed = once(this.#server, "close");
    this.#server.close();
    await told;
    this.#server.closeAllConnections();
    await closed;
    this.#options.mirror?.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = `${request.method} ${(request.url ?? "").split("?")[0]}`;
    try {
      requireOwnOrigin(request);
      if (await this.#options.mirror?.serve(request, response)) return;
      if (servePage(request, response)) return;
      const route = Object.hasOwn(this.#routes, name) ? this.#routes[name] : undefined;
      if (route === undefined) throw new Refusal(404, "There is nothing at this address.");
      await route(request, response, this.#options.classroom);
    } catch (error) {
      this.#failed(error, name, request, response);
    }
  }

  #requireInstructor(request: IncomingMessage): void {
    const { boardInRoom, classroom } = this.#options;
    if (!boardInRoom) requireThisMachine(request);
    classroom.requireBoardKey(bearerOf(request));
  }

  #failed(error: unknown, name: string, request: IncomingMessage, response: ServerResponse): void {
    const { onRefused, onFault } = this.#options;
    // Who hung up in the middle of a message is told nothing.
    if (request.errored !== null || response.destroyed) return;
    const refusal = error instanceof Refusal ? error : faultOf(error);
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
      answer(response, 200, { class: id, title, handle, next: lastSeq + 1, notice: classroom.lastNotice });
    },
    [`POST ${PATHS.events}`]: async (request, response, classroom) => {
      const learner = await classroom.learnerOf(bearerOf(request));
      const asked = await readBody(request, eventsRequest);
      const { next, gap } = await classroom.take(learner, asked);
      if (isPacked(request) && next === asked.from + asked.events.length) answerTaken(response);
      else answer(response, gap ? 409 : 200, { next });
    },
    [`POST ${PATHS.leave}`]: async (request, response, classroom) => {
      const learner = await classroom.learnerOf(bearerOf(request));
      await readBody(request, object({ v: oneOf([WIRE_VERSION]) }));
      await classroom.leave(learner);
      answer(response, 200, {});
    },
    [`GET ${PATHS.notices}`]: async (request, response, classroom) => {
      const { number, left } = await classroom.learnerOf(bearerOf(request));
      if (left) throw new Refusal(401, "You have left the class.");
      this.#lobby.leave(request.socket);
      this.#notices.add(response, number, lastSeenOf(request));
    },
    [`POST ${PATHS.actions}`]: async (request, response, classroom) => {
      this.#requireInstructor(request);
      const asked = await readBody(request, object({ v: oneOf([WIRE_VERSION]), action }));
      await classroom.act(asked.action);
      answer(response, 200, {});
    },
    [`GET ${PATHS.board}`]: async (request, response, classroom) => {
      this.#requireInstructor(request);
      answer(response, 200, classroom.board());
    },
    [`GET ${PATHS.stream}`]: async (request, response) => {
      this.#requireInstructor(request);
      this.#lobby.leave(request.socket);
      this.#stream.add(response);
    },
    [`GET ${PATHS.debrief}`]: async (request, response, classroom) => {
      this.#requireInstructor(request);
      answer(response, 200, classroom.debrief(asksForNames(request)));
    },
    [`GET ${PATHS.export}`]: async (request, response, classroom) => {
      this.#requireInstructor(request);
      this.#lobby.leave(request.socket);
      response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
      const told = tellFaults(classroom.exported(asksForNames(request)), this.#options.onFault);
      await pipeline(Readable.from(told, { objectMode: true, highWaterMark: 1 }), response);
    },
  };
}

function asksForNames(request: IncomingMessage): boolean {
  return /\?names$/.test(request.url ?? "");
}

/** What fails in the middle of an answer breaks it off: its reader knows no more than that. */
async function* tellFaults(texts: AsyncGenerator<string>, onFault: (error: unknown) => void) {
  try {
    yield* texts;
  } catch (error) {
    onFault(error);
    throw error;
  }
}

/** What is told of a fault of ours; either way the learner comes again with the same. */
function faultOf(error: unknown): Refusal {
  if (error instanceof Unavailable) return new Refusal(503, "The class can keep nothing for a moment. Try again.", 1);
  return new Refusal(500, "The class could not do it.");
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "unknown";
}
