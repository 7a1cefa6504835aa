import type { Duplex } from "node:stream";
import type { Running } from "./connection.ts";
import type { ForwardedAnswer, ForwardedRequest } from "./tool.ts";

/** The pod's port cannot be reached; the message is the API server's or the kubelet's. */
export class NotForwarded extends Error {}

const PROTOCOL = "v4.channel.k8s.io";
const TIMEOUT_MS = 10_000;

/** Asks a pod's port through the API server's `portforward`, as kubectl does. Rejects with `NotForwarded`. */
export async function forwarded(running: Running, asked: ForwardedRequest): Promise<ForwardedAnswer> {
  const { request } = await import("node:http");
  const socket = await channel(running, asked);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    const call = request(
      {
        method: asked.method,
        path: asked.path,
        createConnection: () => socket as never,
        headers: { host: `localhost:${asked.port}`, connection: "close" },
        timeout: TIMEOUT_MS,
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() });
          socket.destroy();
        });
      },
    );
    call.on("timeout", () => call.destroy(new NotForwarded("the pod does not answer")));
    call.on("error", reject);
    call.end();
  });
}

/** The bytes of the port; what its error channel says ends them. */
async function channel({ port, cert, token }: Running, asked: ForwardedRequest): Promise<Duplex> {
  const [{ WebSocket }, { Duplex: Stream }] = await Promise.all([import("ws"), import("node:stream")]);
  const path = `/api/v1/namespaces/${asked.namespace}/pods/${asked.pod}/portforward?ports=${asked.port}`;
  const headers = { authorization: `Bearer ${token}` };
  const web = new WebSocket(`wss://127.0.0.1:${port}${path}`, [PROTOCOL], { ca: cert, headers });
  const socket = new Stream({
    read() {},
    write(chunk: Buffer, _encoding, callback) {
      web.send(Buffer.concat([Buffer.from([0]), chunk]), (error) => callback(error ?? null));
    },
    final: (callback) => callback(),
    destroy(error, callback) {
      web.close();
      callback(error);
    },
  });
  // The first message of each channel holds the port's number.
  const begun = new Set<number>();
  web.on("message", (data: Buffer) => {
    const number = data[0] ?? 0;
    if (!begun.has(number)) return void begun.add(number);
    if (number === 1) return void socket.destroy(new NotForwarded(data.subarray(1).toString().trim()));
    socket.push(data.subarray(1));
  });
  web.on("close", () => socket.push(null));
  return new Promise((resolve, reject) => {
    web.once("open", () => resolve(socket));
    web.once("unexpected-response", (_request, response) => {
      let text = "";
      response.on("data", (part: Buffer) => {
        text += part.toString();
      });
      response.on("end", () => reject(new NotForwarded(messageOf(text))));
    });
    web.on("error", (error) => {
      reject(error);
      socket.destroy(error);
    });
  });
}

/** What a Status says, else the text itself. */
function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? text);
  } catch {
    return text.trim();
  }
}
