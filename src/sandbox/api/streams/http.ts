import type { IncomingMessage, ServerResponse } from "node:http";
import type { KubeObject } from "../../objects/index.ts";
import type { Api } from "../call.ts";
import type { HttpRequest } from "../containers.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** What belongs to one connection alone. */
const HOP_HEADERS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te"]);

/** A port of a pod. */
export interface PodPort {
  readonly pod: KubeObject;
  readonly port: number;
}

/** Sends a request on to the container and its answer back; cuts the connection where the container would. */
export async function pipeToContainer(
  api: Api,
  { pod, port }: PodPort,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on("error", () => {});
  try {
    const answer = await api.containers.request(pod, port, await readRequest(request));
    if (typeof answer === "string") response.destroy();
    else sendAnswer(response, answer);
  } catch (error) {
    api.log(`request to ${pod.metadata.namespace}/${pod.metadata.name}:${port}`, error);
    response.destroy();
  }
}

/** Reads a request to its end. Rejects past the limit. */
export async function readRequest(request: IncomingMessage, path = request.url ?? "/"): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error("the request's body is too large");
  }
  return { method: request.method ?? "GET", path, headers: headersOf(request), body: Buffer.concat(chunks) };
}

/** Answers as the container did. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: HttpRequest["headers"]; body: Buffer },
): void {
  response.statusCode = status;
  response.sendDate = !headers.some(([name]) => name.toLowerCase() === "date");
  for (const [name, value] of headers) {
    if (!HOP_HEADERS.has(name.toLowerCase()) && name.toLowerCase() !== "content-length")
      response.appendHeader(name, value);
  }
  if (status !== 204 && status !== 304) response.setHeader("Content-Length", body.length);
  response.end(body);
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (!HOP_HEADERS.has(name.toLowerCase())) pairs.push([name, rawHeaders[at + 1] ?? ""]);
  }
  return pairs;
}
