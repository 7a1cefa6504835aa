import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import type { KubeObject } from "../../objects/index.ts";
import type { Api } from "../call.ts";
import { badRequest } from "../status.ts";
import { pipeToContainer } from "./http.ts";
import { SpdyConnection, type SpdyStream } from "./spdy.ts";
import type { Upgrade } from "./upgrade-request.ts";

const PROTOCOL = "portforward.k8s.io";
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;

/** Serves `portforward`: each connection of the client is a pair of streams, one for its bytes, one for an error. */
export async function servePortForward(upgrade: Upgrade): Promise<void> {
  const { api, pod } = upgrade;
  if (!pod.spec?.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  const transport = await connect(upgrade);
  if (!transport) return;
  const servers = new Map<number, Server>();
  const errors = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(transport, (stream) => {
    const request = stream.headers.get("requestid") ?? "";
    if (stream.headers.get("streamtype") === "error") return void errors.set(request, stream);
    const error = errors.get(request);
    errors.delete(request);
    void forward({ api, pod, servers, data: stream, error }).then(() => {
      connection.forget(stream);
      if (error) connection.forget(error);
    });
  });
  await connection.serve();
  for (const server of servers.values()) server.closeAllConnections();
}

async function connect(upgrade: Upgrade): Promise<Duplex | undefined> {
  if (upgrade.protocol === "spdy") return upgrade.acceptSpdy([PROTOCOL]);
  const socket = await upgrade.acceptWebSocket([TUNNEL]);
  if (!socket) return undefined;
  const { createWebSocketStream } = await import("ws");
  return createWebSocketStream(socket);
}

interface Forward {
  readonly api: Api;
  readonly pod: KubeObject;
  readonly servers: Map<number, Server>;
  readonly data: SpdyStream;
  readonly error: SpdyStream | undefined;
}

async function forward({ api, pod, servers, data, error }: Forward): Promise<void> {
  const port = Number(data.headers.get("port"));
  try {
    const live = api.registry.store.get("/pods", pod.metadata.namespace, pod.metadata.name);
    if (!live || !api.containers.listens(live, port)) {
      await error?.write(Buffer.from(refusal(pod, port)));
      await data.reset();
    } else {
      let server = servers.get(port);
      if (!server) {
        server = httpServer(api, pod, port);
        servers.set(port, server);
      }
      await talk(server, data);
    }
    await error?.end();
  } catch {
    // The client is gone.
  }
}

/** The kubelet's words for a port that nobody listens on. */
function refusal(pod: KubeObject, port: number): string {
  const inside = `inside namespace "${pod.metadata.uid}"`;
  return (
    `error forwarding port ${port} to pod ${pod.metadata.uid}, uid : failed to execute portforward in network namespace ` +
    `"/var/run/netns/cni-${pod.metadata.uid}": failed to connect to localhost:${port} ${inside}, ` +
    `IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused `
  );
}

function httpServer(api: Api, pod: KubeObject, port: number): Server {
  return createServer((request: IncomingMessage, response: ServerResponse) => {
    void pipeToContainer(api, { pod, port }, request, response);
  });
}

/** Gives the stream to Node's own HTTP server, as a connection like any other; resolves when that is over. */
function talk(server: Server, stream: SpdyStream): Promise<void> {
  const connection = new Duplex({
    allowHalfOpen: true,
    read() {
      stream.incoming.next().then(
        ({ value, done }) => this.push(done ? null : value),
        () => this.push(null),
      );
    },
    write(chunk: Buffer, _encoding, callback) {
      stream.write(chunk).then(() => callback(), callback);
    },
    final(callback) {
      stream.end().then(() => callback(), callback);
    },
  });
  return new Promise((resolve) => {
    connection.on("error", () => {});
    connection.once("close", () => {
      void stream.incoming.return();
      stream.end().then(resolve, resolve);
    });
    server.emit("connection", connection);
  });
}
