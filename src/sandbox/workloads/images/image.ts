import type { HttpRequest, HttpResponse } from "../../api/index.ts";
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
  readonly server?: Server;
}

/** What listens in the container, and what it writes to its log. */
export interface Server {
  readonly ports: readonly number[];
  readonly startLog: (at: ServerContext) => readonly string[];
  readonly serve: (request: HttpRequest, at: ServerContext) => HttpResponse | Promise<HttpResponse>;
  readonly requestLog?: (request: HttpRequest, response: HttpResponse, at: ServerContext) => readonly string[];
}

export interface ServerContext {
  readonly pod: KubeObject;
  readonly image: string;
  readonly port: number;
  /** The client's address. */
  readonly from: string;
  readonly now: number;
  /** A file of the container, where a volume or a learner has put one. */
  readonly readFile: (path: string) => Buffer | undefined;
}

export type Answer = HttpResponse;

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

/** `Thu, 01 Jan 2026 00:00:00 GMT` */
export function httpDate(now: number): string {
  return new Date(now).toUTCString();
}
