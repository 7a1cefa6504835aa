import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request } from "node:https";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { ApiServer, type ApiServerOptions, Registry } from "../../../src/sandbox/api/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore } from "../../../src/sandbox/store/index.ts";
import { seeded } from "./seeded.ts";

const TOKEN = "a-token-for-tests";

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
  readonly token?: string;
}

export interface Answer {
  readonly code: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly json: JsonObject;
}

/** A server with the namespace `default`, and a client that trusts it. */
export interface TestServer {
  readonly server: ApiServer;
  readonly registry: Registry;
  readonly port: number;
  readonly faults: string[];
  call(path: string, sent?: Sent): Promise<Answer>;
  /** Opens a stream and gives its lines as they come. */
  watch(path: string, sent?: Sent): Promise<AsyncIterableIterator<JsonObject> & { readonly type: string | undefined }>;
  put(object: JsonObject): KubeObject;
}

/** Starts it; it ends with the test. */
export async function startServer({
  authorization = "AlwaysAllow",
  ...options
}: Partial<ApiServerOptions> & { readonly authorization?: "AlwaysAllow" | "RBAC" } = {}): Promise<TestServer> {
  const random = seeded(3);
  const clock = (): number => Date.parse("2026-01-01T00:00:00Z");
  const registry = new Registry({ store: createStore({ clock, random, ring: 50 }), clock, random, authorization });
  const faults: string[] = [];
  const server = new ApiServer({ registry, token: TOKEN, log: (message) => faults.push(message), ...options });
  const port = await server.listen();
  onTestFinished(() => server.close());
  const put = (object: JsonObject): KubeObject => {
    const kind = kindOf(object.apiVersion, object.kind);
    if (!kind) throw new Error(`no kind ${object.kind}`);
    const namespace = kind.namespaced ? (object.metadata.namespace ?? "default") : undefined;
    return registry.create(kind, namespace, object as KubeObject, { keepStatus: true }).object;
  };
  put({ apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  const send = (path: string, sent: Sent): Promise<IncomingMessage> => {
    const body = bodyOf(sent.body);
    // Node frames the body of a DELETE only when its length is known.
    const length = body === undefined || sent.headers?.["transfer-encoding"] ? {} : { "content-length": body.length };
    const headers = { authorization: `Bearer ${sent.token ?? TOKEN}`, ...length, ...sent.headers };
    const ca = server.certificate.cert;
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: "127.0.0.1", port, path, ca, method: sent.method ?? "GET", headers }, resolve);
      outgoing.on("error", reject);
      outgoing.on("upgrade", () => reject(new Error("the connection was upgraded")));
      outgoing.end(body);
    });
  };
  return {
    server,
    registry,
    port,
    faults,
    put,
    call: async (path, sent = {}) => readAnswer(await send(path, sent)),
    watch: async (path, sent = {}) => {
      const response = await send(path, sent);
      return Object.assign(linesOf(response), { type: response.headers["content-type"] });
    },
  };
}

/** A request without TLS, to see it refused. */
export function plainRequest(port: number): Promise<string> {
  return new Promise((resolve) => {
    httpRequest({ host: "127.0.0.1", port }, () => resolve("answered"))
      .on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"))
      .end();
  });
}

function bodyOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const isJson = response.headers["content-type"]?.startsWith("application/json") && text !== "";
  return { code: response.statusCode ?? 0, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

async function* linesOf(response: IncomingMessage): AsyncIterableIterator<JsonObject> {
  try {
    for await (const line of createInterface({ input: response })) yield JSON.parse(line) as JsonObject;
  } finally {
    response.destroy();
  }
}
