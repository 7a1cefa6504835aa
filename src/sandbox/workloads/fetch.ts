import type { HttpRequest } from "../api/index.ts";
import type { HttpAnswer } from "../mesh/index.ts";
import { send } from "./http-client.ts";
import type { PodNetwork } from "./network.ts";

/** How a server's program reaches others through its pod's network, until the signal says that it has ended. */
export interface Client {
  readonly fetch: (host: string, port: number, request: HttpRequest) => Promise<HttpAnswer>;
  readonly connects: (host: string, port: number) => Promise<boolean>;
}

/** The client of one pod: each request has a connection of its own, so that each is balanced anew. */
export function clientOf(network: PodNetwork, signal: AbortSignal): Client {
  const open = async (host: string, port: number): ReturnType<PodNetwork["dial"]> => {
    const found = network.lookup(host);
    const [address] = found.kind === "found" ? found.addresses : [];
    return address === undefined ? { kind: "unreachable" } : network.dial(address, port);
  };
  return {
    fetch: async (host, port, request) => {
      const dialled = await open(host, port);
      // Nobody says no: whoever asks has a limit of its own.
      if (dialled.kind === "filtered") return ended(signal);
      if (dialled.kind !== "connected") return "refused";
      try {
        const { status, headers, message } = await send(dialled.socket, request, signal);
        const chunks: Buffer[] = [];
        for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
        return { status, headers, body: Buffer.concat(chunks) };
      } catch {
        return "reset";
      } finally {
        dialled.socket.destroy();
      }
    },
    connects: async (host, port) => {
      const dialled = await open(host, port);
      if (dialled.kind === "connected") dialled.socket.destroy();
      return dialled.kind === "connected";
    },
  };
}

function ended(signal: AbortSignal): Promise<"reset"> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve("reset"), { once: true }));
}
