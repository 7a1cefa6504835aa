import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { readRequest, sendAnswer } from "../api/index.ts";
import type { Site } from "./site.ts";

export interface SiteServerOptions {
  /** PEM: one for all sites. */
  readonly certificate: { readonly key: string; readonly cert: string };
  readonly now: () => number;
  readonly tools: string;
  readonly log: (message: string, error?: unknown) => void;
}

interface Taken {
  readonly site: () => Promise<Site>;
  readonly from: string;
  readonly isSecure: boolean;
}

/** Speaks HTTP and HTTPS for all sites. */
export class SiteServer {
  readonly #options: SiteServerOptions;
  readonly #taken = new WeakMap<object, Taken>();
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  #context: SecureContext | undefined;

  constructor(options: SiteServerOptions) {
    this.#options = options;
  }

  /** Takes a connection to a site. */
  take(socket: Duplex, taken: Taken): void {
    const carried = taken.isSecure ? this.#secured(socket) : socket;
    this.#taken.set(carried, taken);
    this.#http.emit("connection", carried);
  }

  #secured(socket: Duplex): TLSSocket {
    this.#context ??= createSecureContext(this.#options.certificate);
    const carried = new TLSSocket(socket as never, { isServer: true, secureContext: this.#context });
    carried.on("error", () => carried.destroy());
    return carried;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const taken = this.#taken.get(request.socket);
    response.on("error", () => {});
    if (taken === undefined) return void response.destroy();
    const { now, tools, log } = this.#options;
    try {
      const asked = await readRequest(request);
      const site = await taken.site();
      await sendAnswer(response, await site(asked, { from: taken.from, now: now(), isSecure: taken.isSecure, tools }));
    } catch (error) {
      // A client that leaves in the middle is no fault.
      if (!request.destroyed) log(`request to ${request.headers.host}`, error);
      response.destroy();
    }
  }
}
