import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { readRequest, sendAnswer } from "../api/index.ts";
import type { Pods } from "./pod-server.ts";
import type { Route } from "./route.ts";

export interface BrowserDoorOptions {
  readonly pods: Pods;
  /** The way of each request. */
  readonly route: () => Route;
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
    const { pods, route: find, name, log, onRequest } = this.#options;
    onRequest?.();
    response.on("error", () => {});
    try {
      // Another name for 127.0.0.1 is a web page that tries its luck.
      if (![`127.0.0.1:${this.#port}`, `localhost:${this.#port}`].includes(request.headers.host ?? "")) {
        return say(response, 403, "This address is not for that name.");
      }
      if (request.url?.startsWith(this.#entry)) return this.#enter(request, response);
      if (!this.#isKnown(request)) {
        return say(response, 403, "Open the whole URL that `learn-istio sandbox open` has printed.");
      }
      const route = find();
      if (route.kind !== "pod") return say(response, 503, `Service ${name} has no ready endpoint in the sandbox.`);
      const asked = await readRequest(request);
      const headers = asked.headers.flatMap(([header, value]) => withoutDoors(header, value));
      const answer = await pods.request(route.pod, route.port, { ...asked, headers }, route.from);
      if (answer === "refused") return say(response, 503, `Nothing listens behind service ${name}.`);
      if (typeof answer === "string") return void response.destroy();
      sendAnswer(response, answer);
    } catch (error) {
      log(`request to ${name}`, error);
      response.destroy();
    }
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
