import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";
import type { KubeObject } from "../../objects/index.ts";
import { admitUser } from "../auth/access.ts";
import type { User } from "../auth/user.ts";
import type { Api } from "../call.ts";
import { parseApiPath } from "../path.ts";
import { badRequest, type Status, StatusError, unknownPath } from "../status.ts";
import { statusOf } from "../wire.ts";
import { serveExec } from "./exec.ts";
import { servePortForward } from "./port-forward.ts";
import { upgradeProxy } from "./proxy.ts";
import type { Upgrade } from "./upgrade-request.ts";

/** How long a client may take to say goodbye. */
const CLOSE_MS = 2000;
/** A message of a client: kubectl sends 32 kB at most. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

type Serve = (upgrade: Upgrade) => Promise<void>;

const STREAMS: Readonly<Record<string, Serve>> = {
  exec: (upgrade) => serveExec(upgrade, "exec"),
  attach: (upgrade) => serveExec(upgrade, "attach"),
  portforward: servePortForward,
};

/** Takes the connection of a request with an `Upgrade` header. Never throws: every refusal is an HTTP answer. */
export async function serveUpgrade(
  api: Api,
  request: IncomingMessage,
  { socket, head, sender }: { readonly socket: Duplex; readonly head: Buffer; readonly sender: User },
): Promise<void> {
  socket.on("error", () => {});
  try {
    const url = new URL(`http://localhost${request.url?.startsWith("/") ? request.url : "/"}`);
    const { authorization: mode, store } = api.registry;
    admitUser({ mode, store }, sender, request, url);
    const path = parseApiPath(url.pathname);
    if (path?.kind === "resource" && path.group === "" && path.subresource[0] === "proxy" && path.name !== undefined) {
      return await upgradeProxy(api, { request, socket, head }, { ...path, name: path.name });
    }
    const { serve, pod } = find(api, url.pathname);
    await serve({ api, pod, query: url.searchParams, ...acceptors(request, socket, head) });
  } catch (error) {
    const status = statusOf(error);
    if (status.code === 500) api.log(`${request.method} ${request.url}`, error);
    refuse(socket, status);
  }
}

/** Answers with a Status on the bare connection, and ends it. */
export function refuse(socket: Duplex, status: Status): void {
  answer(socket, `${status.code} ${status.reason ?? ""}`, "application/json", JSON.stringify(status));
}

function find(api: Api, pathname: string): { serve: Serve; pod: KubeObject } {
  const path = parseApiPath(pathname);
  if (path?.kind !== "resource" || path.namespace === undefined || path.name === undefined) throw unknownPath();
  const [name = "", ...more] = path.subresource;
  const kind = api.kinds.find(path.group, path.version, path.plural);
  const serve = Object.hasOwn(STREAMS, name) ? STREAMS[name] : undefined;
  if (!kind || !serve || kind.plural !== "pods" || kind.group !== "" || more.length > 0) throw unknownPath();
  return { serve, pod: api.registry.get(kind, path.namespace, path.name) };
}

type Acceptors = Pick<Upgrade, "protocol" | "offers" | "acceptWebSocket" | "acceptSpdy" | "refuseText">;

function acceptors(request: IncomingMessage, socket: Duplex, head: Buffer): Acceptors {
  const wanted = request.headers.upgrade?.toLowerCase() ?? "";
  if (wanted !== "websocket" && wanted !== "spdy/3.1") throw badRequest("Upgrade request required");
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  return {
    protocol: wanted === "websocket" ? "websocket" : "spdy",
    offers: (protocol) => offered.includes(protocol),
    acceptWebSocket: async (protocols) => {
      const chosen = protocols.find((one) => offered.includes(one));
      if (chosen === undefined) throw noProtocol(offered, protocols);
      const server = await webSocketServer();
      if (socket.destroyed) return undefined;
      return new Promise((resolve) => {
        // A handshake that is wrong is answered by the library, and the connection ended.
        socket.once("close", () => resolve(undefined));
        server.handleUpgrade(request, socket, head, resolve);
      });
    },
    acceptSpdy: (protocols) => {
      const offered = headerList(request, "x-stream-protocol-version");
      const chosen = protocols.find((one) => offered.includes(one));
      if (chosen === undefined) {
        answer(socket, "403 Forbidden", "text/plain", noProtocol(offered, protocols).message);
        return undefined;
      }
      const lines = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: SPDY/3.1"];
      socket.write([...lines, `X-Stream-Protocol-Version: ${chosen}`, "", ""].join("\r\n"));
      if (head.length > 0) socket.unshift(head);
      return socket;
    },
    refuseText: (code, text) => answer(socket, `${code} Not Found`, "text/plain; charset=utf-8", text),
  };
}

let webSockets: Promise<WebSocketServer> | undefined;

/** The library is loaded when it is first needed. */
function webSocketServer(): Promise<WebSocketServer> {
  webSockets ??= import("ws").then(({ WebSocketServer: Server }) => {
    return new Server({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      // Newer than the library's types.
      ...({ closeTimeout: CLOSE_MS } as object),
      handleProtocols: (offered) => PREFERRED.find((one) => offered.has(one)) ?? false,
    });
  });
  return webSockets;
}

const PREFERRED = ["v5.channel.k8s.io", "v4.channel.k8s.io", "SPDY/3.1+portforward.k8s.io"];

/** Go writes one header for each; Node joins them. */
function headerList(request: IncomingMessage, name: string): string[] {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).split(",").map((one) => one.trim());
}

function noProtocol(offered: readonly string[], served: readonly string[]): StatusError {
  const message = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${served.join(" ")}]`;
  return new StatusError(403, "Forbidden", message, {});
}

function answer(socket: Duplex, line: string, type: string, body: string): void {
  if (socket.destroyed || socket.writableEnded) return;
  const head = [`HTTP/1.1 ${line}`, `Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`];
  socket.end([...head, "Connection: close", "", body].join("\r\n"));
  // What the client still sends is read, or its end would never be seen.
  socket.resume();
  const late = setTimeout(() => socket.destroy(), CLOSE_MS);
  socket.once("close", () => clearTimeout(late));
}
