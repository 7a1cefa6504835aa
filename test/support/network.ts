import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A network between learners and their host, on this machine, that can be cut. */
export interface Network {
  /** Where learners find the host. */
  readonly url: string;
  /** What is sent from here on is lost, and nobody is told; connections that lost something never get any further. */
  swallow(): void;
  /** Connections are reset, and refused. */
  reset(): void;
  /** As it should be, for connections that are new. */
  mend(): void;
}

interface Pair {
  readonly client: Socket;
  readonly host: Socket;
  isLost: boolean;
}

export async function openNetwork(to: string): Promise<Network> {
  const target = Number(new URL(to).port);
  const pairs = new Set<Pair>();
  let mode: "mend" | "swallow" | "reset" = "mend";
  const server = createServer((client) => {
    client.on("error", () => {});
    if (mode === "reset") {
      client.resetAndDestroy();
      return;
    }
    const host = connect(target, "127.0.0.1").on("error", () => client.resetAndDestroy());
    const pair = { client, host, isLost: mode === "swallow" };
    pairs.add(pair);
    for (const [from, into] of [
      [client, host],
      [host, client],
    ] as const) {
      from.on("data", (bytes) => void (pair.isLost || into.write(bytes)));
      from.on("end", () => void (pair.isLost || into.end()));
    }
    host.on("close", () => void (pair.isLost || client.destroy()));
    client.on("close", () => {
      host.destroy();
      pairs.delete(pair);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    server.close();
    for (const { client } of pairs) client.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    swallow: () => {
      mode = "swallow";
      for (const pair of pairs) pair.isLost = true;
    },
    reset: () => {
      mode = "reset";
      for (const { client } of pairs) client.resetAndDestroy();
    },
    mend: () => {
      mode = "mend";
    },
  };
}
