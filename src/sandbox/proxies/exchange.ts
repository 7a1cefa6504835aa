import { type IncomingMessage, request as open } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpAnswer, HttpRequest } from "../mesh/index.ts";

import { OpenTunnel } from "./tunnel.ts";

/** What belongs to one connection alone. */
export const HOP_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
]);

/** Asks over a connection of its own, and reads the answer to its end; one that breaks off is a `reset`. */
export function exchange(socket: Duplex, asked: HttpRequest): Promise<HttpAnswer> {
  const { method, path, headers, body, upgrade } = asked;
  return new Promise((resolve) => {
    const fail = (): void => {
      socket.destroy();
      resolve("reset");
    };
    const flat = headers.flatMap(([name, value]) => (HOP_HEADERS.has(name) ? [] : [name, value]));
    if (body.length > 0 && !headers.some(([name]) => name === "content-length")) {
      flat.push("content-length", String(body.length));
    }
    if (upgrade !== undefined) flat.push("connection", "Upgrade", "upgrade", upgrade);
    const request = open({ createConnection: () => socket as never, method, path, setHost: false, headers: flat });
    request.on("error", fail);
    request.on("response", (message) => {
      read(message).then((answer) => {
        socket.destroy();
        resolve(answer);
      }, fail);
    });
    request.on("upgrade", (message, upgraded: Duplex, head: Buffer) => {
      if (head.length > 0) upgraded.unshift(head);
      const tunnel = new OpenTunnel(upgraded);
      resolve({ status: 101, headers: pairsOf(message), body: Buffer.alloc(0), tunnel });
    });
    request.end(body);
  });
}

async function read(message: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  return { status: message.statusCode ?? 0, headers: pairsOf(message), body };
}

/** The headers as Envoy has them: in lower case, without those of the connection. */
export function pairsOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]).toLowerCase();
    if (!HOP_HEADERS.has(name)) pairs.push([name, String(rawHeaders[at + 1])]);
  }
  return pairs;
}
