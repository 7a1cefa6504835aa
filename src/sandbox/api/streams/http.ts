import { type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../containers.ts";

const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** What belongs to one connection alone. */
export const HOP_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
]);

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

/** Answers as the container did; a body that comes bit by bit goes on as the client takes it. */
export async function sendAnswer(response: ServerResponse, answer: HttpResponse): Promise<void> {
  const { status, headers, body, stream } = answer;
  response.statusCode = status;
  response.sendDate = !headers.some(([name]) => name.toLowerCase() === "date");
  for (const [name, value] of headers) {
    if (!HOP_HEADERS.has(name.toLowerCase()) && name.toLowerCase() !== "content-length")
      response.appendHeader(name, value);
  }
  if (stream !== undefined) return sendStream(response, stream);
  if (status !== 204 && status !== 304) {
    const isEmpty = body.length === 0 && response.req.method === "HEAD";
    const told = isEmpty ? headers.find(([name]) => name.toLowerCase() === "content-length")?.[1] : undefined;
    response.setHeader("Content-Length", told ?? body.length);
  }
  response.end(body);
}

async function sendStream(response: ServerResponse, stream: AsyncIterable<Buffer>): Promise<void> {
  response.flushHeaders();
  for await (const chunk of stream) {
    if (response.destroyed) return;
    if (response.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off("drain", go).off("close", go);
        resolve();
      };
      response.on("drain", go).on("close", go);
    });
  }
  response.end();
}

/** For a request that Node has taken for an upgrade and that is answered as any other. */
export function responseOn(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as never);
  response.on("finish", () => socket.end());
  return response;
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (!HOP_HEADERS.has(name.toLowerCase())) pairs.push([name, rawHeaders[at + 1] ?? ""]);
  }
  return pairs;
}
