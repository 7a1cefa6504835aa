import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { unpack } from "../packed.ts";
import { type Shape, WireError } from "../shape.ts";
import { LIMITS } from "../wire.ts";
import { Refusal } from "./refusal.ts";

/** A request's JSON, plain or packed, read within the limit and known to be of this shape. Throws a Refusal. */
export async function readBody<T>(request: IncomingMessage, shape: Shape<T>): Promise<T> {
  const type = request.headers["content-type"];
  if (type !== undefined && !/^application\/json(?:;|$)/i.test(type))
    throw new Refusal(415, "Expected JSON (`content-type: application/json`).");
  const bytes = await readBytes(request);
  try {
    const text = type === undefined ? unpack(bytes, LIMITS.body) : bytes.toString("utf8");
    return shape(JSON.parse(text), "message");
  } catch (error) {
    if (error instanceof WireError) throw new Refusal(400, `${error.message}.`);
    if (error instanceof SyntaxError) throw new Refusal(400, "The message is no JSON.");
    throw error;
  }
}

/** Not by `for await`: ending that early would end the connection, and with it the answer that says why. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LIMITS.body) reject(new Refusal(413, `The message is longer than ${LIMITS.body} bytes.`));
      else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

/** The token of `Authorization: Bearer …`. Throws a Refusal where there is none. */
export function bearerOf(request: IncomingMessage): string {
  const token = /^Bearer ([\w-]{1,128})$/.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) throw new Refusal(401, "Expected `Authorization: Bearer …`.");
  return token;
}

/**
 * Refuse what a page of somebody else's makes a browser send: from another origin, or under a name that somebody else
 * made lead here. Only addresses and this machine's own names are known to be ours.
 */
export function requireOwnOrigin({ headers }: IncomingMessage): void {
  const { host = "", origin } = headers;
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "") : "";
  const own = hostname().toLowerCase();
  if (isIP(name) === 0 && !["localhost", own, `${own}.local`].includes(name.toLowerCase()))
    throw new Refusal(403, "The class is not known under this name; use its address.");
  if (origin !== undefined && origin !== `http://${host}`)
    throw new Refusal(403, "The request came from another page.");
}

/** Refuse what comes from another machine: the board's key does not cross the room's network unless it was asked to. */
export function requireThisMachine({ socket: { remoteAddress = "" } }: IncomingMessage): void {
  const address = remoteAddress.replace(/^::ffff:/i, "").replace(/%.*$/, "");
  if (address === "::1" || address.startsWith("127.")) return;
  const own = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  if (own.some((one) => one.address === address)) return;
  throw new Refusal(403, "The board is for the machine of the class's host; `class host --board-in-room` opens it.");
}

/** The number of the last notice that a learner saw. Throws a Refusal where it is no number. */
export function lastSeenOf({ headers }: IncomingMessage): number {
  const text = headers["last-event-id"] ?? "0";
  const last = typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (last === undefined) throw new Refusal(400, "last-event-id: expected a number.");
  return last;
}

export function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const payload = JSON.stringify(body);
  // A room shares one network, and each line of a head crosses it with every message: only those that say something.
  response.sendDate = false;
  response.writeHead(status, {
    ...(response.req.method === "GET" && { "cache-control": "no-store" }),
    "content-type": "application/json",
    "content-length": Buffer.byteLength(payload),
    ...headers,
  });
  response.end(payload);
}

/** It comes from a learner of ours, who sends and is answered as few bytes as can be. */
export function isPacked({ headers }: IncomingMessage): boolean {
  return headers["content-type"] === undefined;
}

/** All was taken, and nothing is to be said: the answer that a room gets most. */
export function answerTaken(response: ServerResponse): void {
  response.sendDate = false;
  endConnection(response);
  // Its number says it: the words after it are for people.
  response.writeHead(204, "");
  response.end();
}

/** End the connection after this answer. A learner of ours asks once on each, and needs no header to know. */
export function endConnection(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  response.removeHeader("connection");
}

/** Say no, and take nothing more of what is still coming. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  const wait = refusal.retryAfter === undefined ? {} : { "retry-after": String(refusal.retryAfter) };
  answer(response, refusal.status, { message: refusal.message }, { connection: "close", ...wait });
}
