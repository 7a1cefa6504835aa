import type { IncomingMessage } from "node:http";
import { UsageError } from "../../diagnostics/index.ts";

/** What a host answered: its status, and its JSON (undefined where it is none). */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface Post {
  /** `http://host:port`. */
  readonly url: string;
  readonly path: string;
  readonly body: object;
  readonly token?: string;
  /** It comes often: as few bytes as can be. */
  readonly packed?: true;
  readonly timeoutMs: number;
}

/** An answer of ours is short; whoever sends more is no host of a class. */
const MOST = 64 * 1024;

/** Post JSON to a host. Rejects with the system's error, or says that no answer came in time or that it is no host's. */
export async function post({ url, path, body, token, packed, timeoutMs }: Post): Promise<Reply> {
  const [{ request }, { pack }] = await Promise.all([import("node:http"), import("../packed.ts")]);
  const payload = packed ? pack(body) : Buffer.from(JSON.stringify(body));
  const headers = {
    ...(!packed && { "content-type": "application/json" }),
    "content-length": payload.length,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const late = (error: Error): void => reject(signal.aborted ? new Error("no answer in time") : error);
    const sent = request(new URL(path, url), { method: "POST", headers, signal, agent: false }, (response) => {
      readReply(response).then(resolve, late);
    });
    // The host ends each connection after its answer, without being asked to.
    sent.removeHeader("connection");
    sent.on("error", late);
    sent.end(payload);
  });
}

async function readReply(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MOST) throw new Error("the answer is too long");
    chunks.push(chunk as Buffer);
  }
  return { status: response.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString("utf8")) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a host that refused says of it: its own sentence, where it gave one. */
export function refusalOf({ status, body }: Reply): string {
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === "string" ? message.slice(0, 400).replaceAll(/\s+/g, " ") : `It answered ${status}.`;
}

/** The same, as what ends a command. */
export function refused(reply: Reply, hint: string): UsageError {
  return new UsageError(`The class refused: ${refusalOf(reply)}`, hint);
}
