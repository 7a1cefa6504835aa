import { once } from "node:events";
import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { Duplex } from "node:stream";
import type { HeaderPairs, HttpAnswer, HttpRequest } from "../mesh/index.ts";
import type { Answer, Leaving } from "./answer.ts";
import { HOP_HEADERS } from "./exchange.ts";

export interface Http2DoorOptions {
  readonly now: () => number;
  readonly log: (message: string, error?: unknown) => void;
  readonly readBody: (stream: AsyncIterable<Buffer>) => Promise<Buffer>;
}

/** Speaks HTTP/2 with those who begin with its preface. */
export class Http2Door {
  readonly #options: Http2DoorOptions;

  constructor(options: Http2DoorOptions) {
    this.#options = options;
  }

  /** Takes a connection; every request on it is answered so. */
  take(socket: Duplex, answer: Answer): void {
    const server: Http2Server = createServer();
    server.on("sessionError", () => socket.destroy());
    const taken = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, raw: string[]): void => {
      stream.on("error", () => {});
      void this.#serve(stream, requestHead(headers, raw), answer);
    };
    server.on("stream", taken);
    server.emit("connection", socket);
  }

  async #serve(stream: ServerHttp2Stream, head: Omit<HttpRequest, "body">, answer: Answer): Promise<void> {
    const { now, log, readBody } = this.#options;
    const leaving: Leaving = { leftAt: undefined };
    stream.once("close", () => {
      if (!stream.writableFinished) leaving.leftAt = now();
    });
    try {
      const answered = await answer({ ...head, body: await readBody(stream) }, leaving);
      if (stream.destroyed) return;
      if (typeof answered === "string") stream.close(constants.NGHTTP2_INTERNAL_ERROR);
      else await send(stream, head.method, answered, now());
    } catch (error) {
      if (!stream.destroyed) log("a request through the mesh", error);
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  }
}

function requestHead(headers: IncomingHttpHeaders, raw: readonly string[]): Omit<HttpRequest, "body"> {
  const pairs: [string, string][] = [];
  const authority = headers[":authority"];
  if (authority !== undefined) pairs.push(["host", authority]);
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = String(raw[at]);
    if (!name.startsWith(":") && !HOP_HEADERS.has(name)) pairs.push([name, String(raw[at + 1])]);
  }
  return { method: headers[":method"] ?? "GET", path: headers[":path"] ?? "/", headers: pairs, protocol: "HTTP/2" };
}

async function send(
  stream: ServerHttp2Stream,
  method: string,
  answer: Exclude<HttpAnswer, string>,
  now: number,
): Promise<void> {
  const { status, headers, body, trailers } = answer;
  const own = grouped(headers);
  own.date ??= new Date(now).toUTCString();
  const isHead = method === "HEAD";
  if (trailers === undefined && !isHead && status !== 204 && status !== 304) own["content-length"] = body.length;
  const waitForTrailers = trailers !== undefined;
  stream.respond({ ":status": status, ...own }, { waitForTrailers, endStream: isHead });
  if (isHead) return;
  if (waitForTrailers) stream.once("wantTrailers", () => stream.sendTrailers(grouped(trailers)));
  stream.end(body);
  await once(stream, "close");
}

/** One value for each name, or several of them. */
function grouped(pairs: HeaderPairs): OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    if (HOP_HEADERS.has(name)) continue;
    const before = headers[name];
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return headers;
}
