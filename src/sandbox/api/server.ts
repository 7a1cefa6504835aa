import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { userOfCertificate } from "./auth/client-certificate.ts";
import { accountOfToken } from "./auth/tokens.ts";
import { ADMINISTRATOR, type User } from "./auth/user.ts";
import { strangerIn } from "./browser.ts";
import type { Api, PodLogs } from "./call.ts";
import { type Certificate, createCertificate } from "./certificate.ts";
import { type Containers, NO_CONTAINERS } from "./containers.ts";
import { dispatch } from "./dispatch.ts";
import type { Registry } from "./registry.ts";
import { StatusError } from "./status.ts";
import { refuse, serveUpgrade } from "./streams/upgrade.ts";
import { sendStatus } from "./wire.ts";

/** `kubectl exec` puts the whole command line into the URL. */
const MAX_HEADER_BYTES = 256 * 1024;
/** As upstream: a client that keeps its connection for less never meets one that is being closed. */
const IDLE_MS = 90_000;
/** How long open answers may take to finish once the server closes. */
const CLOSE_GRACE_MS = 500;

export interface ApiServerOptions {
  readonly registry: Registry;
  /** Whoever sends it as a bearer token is the administrator; service accounts have tokens of their own. */
  readonly token: string;
  /** Without one, a new one is made. Its key signs service accounts' tokens too. */
  readonly certificate?: Certificate;
  readonly logs?: PodLogs;
  readonly containers?: Containers;
  /** Default: a minute, as upstream. */
  readonly bookmarkEveryMs?: number;
  /** Takes paths that are not Kubernetes'; true when it has answered or will. For whoever has `token` alone. */
  readonly extra?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Told of every fault that became a 500. */
  readonly log?: (message: string, error?: unknown) => void;
  /** Told of every request, before it is served: what an idle timer waits for. */
  readonly onRequest?: (request: IncomingMessage) => void;
}

/** The HTTPS face of the cluster, on 127.0.0.1 alone. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #api: Api;
  readonly #certificate: Certificate;
  #server: Server | undefined;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.#certificate = options.certificate ?? createCertificate(options.registry.clock());
    this.#api = {
      tokenKey: this.#certificate.key,
      registry: options.registry,
      kinds: options.registry.kinds,
      logs: options.logs ?? (() => []),
      containers: options.containers ?? NO_CONTAINERS,
      bookmarkEveryMs: options.bookmarkEveryMs ?? 60_000,
      log: options.log ?? (() => {}),
      streams: new Set(),
    };
  }

  /** Listens on the port, or on a free one; returns it. */
  async listen(port = 0): Promise<number> {
    // Clients may show a certificate of ours. Trusting no other spares OpenSSL the reading of all public roots: 30 ms of a start.
    const trust = { ca: [this.#certificate.cert], requestCert: true, rejectUnauthorized: false };
    const options = { ...this.#certificate, ...trust, maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: IDLE_MS };
    const server = createServer(options, (request, response) => {
      void this.#answer(request, response);
    });
    server.on("upgrade", (request, socket, head) => {
      // Node takes its own listener away with the upgrade.
      socket.on("error", () => {});
      const sender = this.#senderOf(request);
      if (sender instanceof StatusError) return refuse(socket, sender.status);
      this.#options.onRequest?.(request);
      this.#keep(socket);
      void serveUpgrade(this.#api, request, { socket, head, sender });
    });
    server.on("tlsClientError", () => {});
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Takes a connection that has come another way: from inside of the cluster. Ends it while nobody listens. */
  take(socket: Duplex): void {
    if (this.#server === undefined) socket.destroy();
    else this.#server.emit("connection", socket);
  }

  /** What clients must trust. */
  get certificate(): Certificate {
    return this.#certificate;
  }

  /** How many watches, followed logs and upgraded connections are open. */
  get openStreams(): number {
    return this.#api.streams.size;
  }

  /** Ends watches and upgraded connections, and goes on listening. */
  hangUp(): void {
    for (const stream of [...this.#api.streams]) stream.end();
  }

  /** Ends watches as if they were done, lets the rest finish, then cuts. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.hangUp();
    server.closeIdleConnections();
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    await closed;
    clearTimeout(cut);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => {});
    const sender = this.#senderOf(request);
    if (sender instanceof StatusError) return sendStatus(response, sender.status);
    this.#options.onRequest?.(request);
    if (sender === ADMINISTRATOR && this.#options.extra?.(request, response)) return;
    await dispatch(this.#api, request, response, sender);
  }

  /** Node forgets upgraded connections: they would keep the server from closing. */
  #keep(socket: Duplex): void {
    const stream = { end: () => socket.destroy() };
    this.#api.streams.add(stream);
    socket.once("close", () => this.#api.streams.delete(stream));
  }

  /** Who sent it, or why it is refused: by where it comes from (403), then by its token (401). */
  #senderOf(request: IncomingMessage): User | StatusError {
    const stranger = strangerIn(request);
    if (stranger !== undefined) return new StatusError(403, "Forbidden", stranger);
    return this.#userOf(request) ?? new StatusError(401, "Unauthorized", "Unauthorized");
  }

  /** Hashes have one length, so the comparison takes one time whatever was sent. Undefined for nobody. */
  #userOf({ headers: { authorization = "" }, socket }: IncomingMessage): User | undefined {
    const { cert } = this.#certificate;
    const shown = authorization === "" ? userOfCertificate(socket, cert, Date.now()) : undefined;
    if (shown) return shown;
    if (timingSafeEqual(digest(authorization), digest(`Bearer ${this.#options.token}`))) return ADMINISTRATOR;
    const { registry, tokenKey } = this.#api;
    const [, token] = /^Bearer (\S+)$/.exec(authorization) ?? [];
    return token === undefined
      ? undefined
      : accountOfToken(token, { key: tokenKey, store: registry.store, now: registry.clock() });
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
