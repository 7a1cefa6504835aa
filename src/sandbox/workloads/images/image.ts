import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../../api/index.ts";
import type { HttpAnswer } from "../../mesh/index.ts";
import type { Dialled } from "../../network/index.ts";
import type { KubeObject } from "../../objects/index.ts";

/** What a container image holds, and how what it starts behaves. */
export interface Image {
  readonly user: string;
  readonly uid: number;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Programs by the names that the image gives them; empty in an image without a shell. */
  readonly programs: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  /** Whether a pod's `args` alone are a command, as there is no entry point of its own. */
  readonly argsAreCommand: boolean;
  /** What `ps` shows as the first process. */
  readonly command: readonly string[];
  /** The names of the programs that are its server: a pod's command of that name starts it, too. */
  readonly binaries?: readonly string[];
  /** What it serves when it is started with these arguments; undefined: these start no server. */
  readonly server?: (args: readonly string[], env: ReadonlyMap<string, string>) => Server | undefined;
}

/** What listens in the container, and what it writes to its log. */
export type Server = HttpServer | ByteServer;

interface Listening {
  readonly ports: readonly number[];
  /** Whether it listens at a port, where a file of the container may say so; else `ports` does. */
  readonly listens?: (at: ServerContext) => boolean;
  readonly startLog: (at: ServerContext) => readonly string[];
  /** How many of the kubelet's seconds pass until it listens; at once if it is not said. */
  readonly startSeconds?: number;
}

/** A server that speaks HTTP. */
export interface HttpServer extends Listening {
  readonly speaks: "http";
  readonly serve: (request: HttpRequest, at: ServerContext) => HttpResponse | Promise<HttpResponse>;
  readonly requestLog?: (request: HttpRequest, response: HttpResponse, at: ServerContext) => readonly string[];
  /** The ports that speak it by TLS, with which certificate. */
  readonly tls?: TlsPorts;
  /** Takes a connection that a client upgrades; false: it does not, the request is served as any other. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer, at: ServerContext) => boolean;
}

export interface TlsPorts {
  /** Whether it is spoken at the port of a connection. */
  readonly isAt: (at: ServerContext) => boolean;
  /** PEM; undefined while the files are not there: the handshake then fails. */
  readonly certificate: (at: ServerContext) => { readonly key: string; readonly cert: string } | undefined;
}

/** A server that speaks anything else. */
export interface ByteServer extends Listening {
  readonly speaks: "bytes";
  readonly accept: (socket: Duplex, at: ServerContext) => void;
}

export interface ServerContext {
  readonly pod: KubeObject;
  readonly image: string;
  readonly port: number;
  /** The client's address and port. */
  readonly from: string;
  readonly fromPort: number;
  readonly now: number;
  readonly env: ReadonlyMap<string, string>;
  /** A file of the container, where a volume or a learner has put one. */
  readonly readFile: (path: string) => Buffer | undefined;
  /** Opens a connection to another port of the same pod. Never rejects. */
  readonly dial: (port: number) => Promise<Dialled>;
  /** Writes a line to the container's log. */
  readonly log: (line: string) => void;
  /** Sends a request from the pod, over a connection of its own. A host that nobody knows refuses. */
  readonly fetch: (host: string, port: number, request: HttpRequest) => Promise<HttpAnswer>;
  /** Whether somebody takes a connection there. */
  readonly connects: (host: string, port: number) => Promise<boolean>;
}

/** An answer with the headers that every server of this kind sends. */
export function answer(
  status: number,
  type: string,
  body: string | Buffer,
  headers: readonly (readonly [string, string])[] = [],
): HttpResponse {
  const bytes = Buffer.from(body);
  const own: [string, string][] = [
    ["Content-Type", type],
    ["Content-Length", String(bytes.length)],
  ];
  return { status, headers: [...headers, ...own], body: bytes };
}

/** An answer whose body comes bit by bit: chunked, or until the connection ends. */
export function streamed(
  status: number,
  type: string,
  stream: AsyncIterable<Buffer>,
  headers: readonly (readonly [string, string])[] = [],
): HttpResponse {
  return { status, headers: [...headers, ["Content-Type", type]], body: Buffer.alloc(0), stream };
}

/** The value of a header, by any case; undefined when it was not sent. */
export function header(request: HttpRequest, name: string): string | undefined {
  return request.headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

/** The value of `--name=value` or `--name value` among arguments, with one dash or two. */
export function flag(args: readonly string[], name: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    const [, given, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (given === name) return value ?? args[index + 1];
  }
  return undefined;
}

/** `Thu, 01 Jan 2026 00:00:00 GMT` */
export function httpDate(now: number): string {
  return new Date(now).toUTCString();
}
