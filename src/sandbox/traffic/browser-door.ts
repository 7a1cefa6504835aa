import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, request as open, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Dialled, isOfOtherPage, join } from "../network/index.ts";

export interface BrowserDoorOptions {
  /** Opens a connection to the service, for each request anew. */
  readonly dial: () => Promise<Dialled>;
  /** What stands behind it, as the pages of its own say it: `default/web`. */
  readonly name: string;
  readonly log: (message: string, error?: unknown) => void;
  readonly onRequest?: () => void;
}

/**
 * One service for a browser, on a loopback port of its own. The URL holds a token that becomes a cookie at the first
 * visit, so that the service's own links work and no other user or web page gets in.
 */
export class BrowserDoor {
  readonly #options: BrowserDoorOptions;
  readonly #token = randomBytes(16).toString("hex");
  #server: Server | undefined;
  #port = 0;

  constructor(options: BrowserDoorOptions) {
    this.#options = options;
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#upgrade(request, socket, head);
    });
    this.#server = server;
    const address = server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : 0;
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#entry}`;
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  get #entry(): string {
    return `/_open/${this.#token}/`;
  }

  /** Cookies know no ports: each door's has a name of its own. */
  get #cookie(): string {
    return `learn-istio-${this.#port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { dial, name, log, onRequest } = this.#options;
    onRequest?.();
    response.on("error", () => {});
    try {
      if (!this.#isMeant(request)) return say(response, 403, "This address is not for that name.");
      if (this.#isStranger(request)) return say(response, 403, "This address is not for other pages.");
      if (request.url?.startsWith(this.#entry)) return this.#enter(request, response);
      if (!this.#isKnown(request)) {
        return say(response, 403, "Open the whole URL that `learn-istio sandbox open` has printed.");
      }
      const dialled = await dial();
      if (dialled.kind !== "connected") return say(response, 503, WHY[dialled.kind](name));
      await pass(request, response, dialled.socket);
    } catch (error) {
      log(`request to ${name}`, error);
      response.destroy();
    }
  }

  /** A WebSocket of a page: its bytes go on as they are. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on("error", () => {});
    if (!this.#isMeant(request) || this.#isStranger(request) || !this.#isKnown(request)) return void socket.destroy();
    this.#options.onRequest?.();
    const dialled = await this.#options.dial();
    if (dialled.kind !== "connected") return void socket.destroy();
    const lines = headersOf(request).map(([header, value]) => `${header}: ${value}`);
    dialled.socket.write([`${request.method} ${request.url} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
    if (head.length > 0) dialled.socket.write(head);
    await join(socket, dialled.socket);
  }

  get #names(): readonly string[] {
    return [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`];
  }

  /** Another name for 127.0.0.1 is a web page that tries its luck. */
  #isMeant(request: IncomingMessage): boolean {
    return this.#names.includes(request.headers.host ?? "");
  }

  /** The cookie comes with what pages on other ports of this machine ask for, too. */
  #isStranger(request: IncomingMessage): boolean {
    return isOfOtherPage(request, (origin) => this.#names.some((one) => origin === `http://${one}`));
  }

  #enter(request: IncomingMessage, response: ServerResponse): void {
    const below = (request.url ?? "").slice(this.#entry.length);
    response.writeHead(302, {
      Location: `/${below.replace(/^[/\\]+/, "")}`,
      "Set-Cookie": `${this.#cookie}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`,
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
    });
    response.end();
  }

  #isKnown(request: IncomingMessage): boolean {
    return cookies(request.headers.cookie).includes(`${this.#cookie}=${this.#token}`);
  }
}

const WHY = {
  refused: (name: string) => `Service ${name} has no ready endpoint in the sandbox, or nothing listens behind it.`,
  unreachable: (name: string) => `Service ${name} is not there any more.`,
  filtered: (name: string) => `A NetworkPolicy keeps connections from service ${name}.`,
} as const;

/** One request to the service and its answer back, each as it comes. */
function pass(request: IncomingMessage, response: ServerResponse, socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const { method, url } = request;
    const asked = open({ createConnection: () => socket as never, method, path: url, setHost: false });
    for (const [header, value] of headersOf(request)) asked.appendHeader(header, value);
    asked.on("error", () => response.destroy());
    asked.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer.rawHeaders));
      answer.on("error", () => response.destroy());
      answer.pipe(response);
    });
    response.on("close", () => {
      asked.destroy();
      socket.destroy();
      resolve();
    });
    request.pipe(asked);
  });
}

function headersOf({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.flatMap((name, index) => withoutDoors(name, rawHeaders[2 * index + 1] ?? ""));
}

/** What a connection's ends settle between themselves. */
function withoutHops(rawHeaders: readonly string[]): string[] {
  const hops = ["connection", "keep-alive", "transfer-encoding"];
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.flatMap((name, index) =>
    hops.includes(name.toLowerCase()) ? [] : [name, rawHeaders[2 * index + 1] ?? ""],
  );
}

/** The cookies of doors, of others too: a browser sends them to every port of this machine. */
function withoutDoors(header: string, value: string): readonly (readonly [string, string])[] {
  if (header.toLowerCase() !== "cookie") return [[header, value]];
  const left = cookies(value).filter((one) => !/^learn-istio-\d+=/.test(one));
  return left.length === 0 ? [] : [[header, left.join("; ")]];
}

function cookies(header: string | undefined): readonly string[] {
  return (header ?? "")
    .split(";")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
