import { type IncomingMessage, request as open, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { join } from "../../network/index.ts";
import type { Api, Call, Target } from "../call.ts";
import { unknownPath } from "../status.ts";
import { HOP_HEADERS } from "./http.ts";
import { serveKubelet } from "./kubelet.ts";
import { type ProxyBase, relocated, rewriteLinks } from "./proxy-links.ts";
import { type ProxyPath, type ProxyTarget, proxyPath, proxyTarget, unavailable } from "./proxy-target.ts";

type Port = Extract<ProxyTarget, { kind: "port" }>;

/** Serves `…/[scheme:]name[:port]/proxy/path` of pods and services as it comes both ways, and what a node's kubelet says. */
export async function serveProxy(call: Call, { kind, namespace, name = "" }: Target): Promise<void> {
  const path = proxyPath(call.request.url ?? "/");
  if (path === undefined) throw unknownPath();
  const target = proxyTarget(call.api, { plural: kind.plural, namespace, name });
  if (target.kind === "kubelet") return serveKubelet(call, target.node, path.below || "/");
  if (path.below === "") return redirect(call, path);
  const socket = await connect(call.api, target);
  await pass(call, path, target, socket);
}

/** Takes a request that is to become something else: its bytes go on as they are, and those of the answer. */
export async function upgradeProxy(
  api: Api,
  { request, socket, head }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  at: Parameters<typeof proxyTarget>[1],
): Promise<void> {
  const path = proxyPath(request.url ?? "/");
  if (path === undefined) throw unknownPath();
  const target = proxyTarget(api, at);
  if (target.kind === "kubelet") throw unknownPath();
  const other = await connect(api, target);
  const lines = [`${request.method} ${path.below || "/"}${path.query} HTTP/1.1`];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    if (name.toLowerCase() !== "authorization") lines.push(`${name}: ${request.rawHeaders[index + 1]}`);
  }
  other.write(`${lines.join("\r\n")}\r\n\r\n`);
  if (head.length > 0) other.write(head);
  await join(socket, other);
}

/** A page's links would lead elsewhere without the slash (kubernetes/kubernetes#4958). */
function redirect({ response }: Call, { base, query }: ProxyPath): void {
  response.writeHead(301, { Location: `${base}/${query}` });
  response.end();
}

async function connect(api: Api, { address, port, scheme }: Port): Promise<Duplex> {
  const dialled = await api.containers.dial(address, port);
  if (dialled.kind !== "connected") {
    const why = {
      refused: "connect: connection refused",
      unreachable: "connect: no route to host",
      filtered: "i/o timeout",
    };
    throw unavailable(`error trying to reach service: dial tcp ${address}:${port}: ${why[dialled.kind]}`);
  }
  if (scheme === "http") return dialled.socket;
  const { connect: secure } = await import("node:tls");
  // As upstream: nobody has told the API server which authority the pod's certificate has.
  return new Promise((resolve, reject) => {
    const carried = secure({ socket: dialled.socket, rejectUnauthorized: false });
    carried.once("secureConnect", () => resolve(carried));
    carried.once("error", ({ message }) => {
      const isPlain = message.includes("wrong version number");
      const why = isPlain ? "http: server gave HTTP response to HTTPS client" : message;
      reject(unavailable(`error trying to reach service: ${why}`));
    });
  });
}

function pass({ request, response }: Call, path: ProxyPath, target: Port, socket: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = open({
      createConnection: () => socket as never,
      method: request.method,
      path: `${path.below}${path.query}`,
      headers: forwarded(request, path),
      setHost: false,
    });
    asked.on("error", (error: NodeJS.ErrnoException) => {
      if (response.headersSent) response.destroy();
      const isReset = error.code === "ECONNRESET" && error.message !== "socket hang up";
      reject(unavailable(`error trying to reach service: ${isReset ? "read: connection reset by peer" : "EOF"}`));
    });
    asked.on("response", (answer) => {
      const at = { base: path.base, target: `${target.address}:${target.port}`, host: request.headers.host ?? "" };
      const isPage = isPlainPage(answer);
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answered(answer, at, isPage));
      answer.on("error", () => response.destroy());
      if (isPage) void sendPage(answer, response, at);
      else answer.pipe(response);
    });
    response.on("close", () => {
      asked.destroy();
      socket.destroy();
      resolve();
    });
    request.pipe(asked);
  });
}

/** What the pod gets: no token of the cluster's, and where it was asked from. */
function forwarded(request: IncomingMessage, { base, below }: ProxyPath): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    const lower = name.toLowerCase();
    if (lower === "authorization" || (HOP_HEADERS.has(lower) && lower !== "transfer-encoding")) continue;
    const before = headers[name];
    const value = request.rawHeaders[index + 1] ?? "";
    headers[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return {
    ...headers,
    "X-Forwarded-For": [...(request.headers["x-forwarded-for"]?.toString().split(", ") ?? []), "127.0.0.1"].join(", "),
    "X-Forwarded-Uri": `${base}${below}`,
    Connection: "close",
  };
}

/** Whether the answer is a page whose links can be changed. A redirect's page is not looked at. */
function isPlainPage({ headers }: IncomingMessage): boolean {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  return type.trim() === "text/html" && !headers.location && !headers["content-encoding"];
}

async function sendPage(answer: IncomingMessage, response: ServerResponse, at: ProxyBase): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    return;
  }
  // By single bytes: whatever the page's encoding is, the links are ASCII.
  response.end(rewriteLinks(Buffer.concat(chunks).toString("latin1"), at), "latin1");
}

/** What browsers are told of other origins: no pod speaks for the API server's. */
const CORS = [
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
];

/** The answer's headers; a redirect within the pod leads back through the proxy. */
function answered(answer: IncomingMessage, at: ProxyBase, isPage: boolean): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? "";
    const value = answer.rawHeaders[index + 1] ?? "";
    const lower = name.toLowerCase();
    if (HOP_HEADERS.has(lower) || CORS.includes(lower) || (isPage && lower === "content-length")) continue;
    headers.push(name, lower === "location" ? relocated(value, at) : value);
  }
  return headers;
}
