import { ask, type HttpAnswer, type HttpRequest, type HttpResponse, perform, type Task } from "../../mesh/index.ts";
import { answer, type HttpServer, type ServerContext } from "./image.ts";

/** A program that answers HTTP, and may wait and call others meanwhile: in virtual time or in real time. */
export type App = (request: HttpRequest, at: AppContext) => Task<HttpResponse>;

/** What a program knows of itself, and how it reaches others. */
export interface AppContext {
  /** The pod's name. */
  readonly hostname: string;
  readonly env: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** The address that the connection came from. */
  readonly from: string;
  /** Writes a line to the container's log. */
  readonly log: (line: string) => void;
  /** Sends a request over a connection of its own; a host that nobody knows refuses. */
  readonly fetch: (host: string, port: number, request: HttpRequest) => Task<HttpAnswer>;
  /** Whether somebody takes a connection there. */
  readonly connects: (host: string, port: number) => Task<boolean>;
}

export interface AppOptions {
  readonly port: number;
  readonly startLog?: readonly string[] | HttpServer["startLog"];
  /** How many of the kubelet's seconds pass until it listens. */
  readonly startSeconds?: number;
}

/** The server that runs a program against the world, through its pod's network. */
export function appServer(app: App, { port, startLog = [], startSeconds = 0 }: AppOptions): HttpServer {
  return {
    speaks: "http",
    ports: [port],
    startSeconds,
    startLog: typeof startLog === "function" ? startLog : () => startLog,
    serve: (request, at) =>
      perform(app(request, contextOf(at)), {
        sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
        ask: ({ endpoint, request: asked }) =>
          asked.method === "CONNECT"
            ? at
                .connects(endpoint.address, endpoint.port)
                .then((is) => (is ? answer(200, "text/plain", "") : "refused"))
            : at.fetch(endpoint.address, endpoint.port, asked),
        onError: () => {},
      }),
  };
}

const CONNECT: HttpRequest = { method: "CONNECT", path: "/", headers: [], body: Buffer.alloc(0) };

function contextOf({ pod, env, now, from, log }: ServerContext): AppContext {
  const fetch: AppContext["fetch"] = (host, port, request) =>
    ask({ address: host, port, workload: undefined, weight: 1 }, request, "");
  return {
    hostname: pod.metadata.name,
    env,
    now,
    random: Math.random,
    from,
    log,
    fetch,
    connects: function* (host, port) {
      return typeof (yield* fetch(host, port, CONNECT)) !== "string";
    },
  };
}

/** A request without a body, as a client library sends it. */
export function getting(host: string, path: string, headers: HttpRequest["headers"]): HttpRequest {
  return { method: "GET", path, headers: [["Host", host], ...headers], body: Buffer.alloc(0) };
}

/** The headers of these names that a request has, to be sent on. */
export function sentOn(request: HttpRequest, names: ReadonlySet<string>): HttpRequest["headers"] {
  return request.headers.filter(([name]) => names.has(name.toLowerCase()));
}
