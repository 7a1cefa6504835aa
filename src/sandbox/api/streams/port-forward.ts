import { Duplex } from "node:stream";
import { join } from "../../network/index.ts";
import type { KubeObject } from "../../objects/index.ts";
import type { Api } from "../call.ts";
import { badRequest } from "../status.ts";
import { forwardChannels } from "./port-channels.ts";
import { SpdyConnection, type SpdyStream } from "./spdy.ts";
import type { Upgrade } from "./upgrade-request.ts";

const PROTOCOL = "portforward.k8s.io";
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;
/** Older than the tunnel: a pair of channels for each port of the query. `@kubernetes/client-node` speaks it. */
const CHANNELS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/** Serves `portforward`: each connection of the client is a pair of streams, one for its bytes, one for an error. */
export async function servePortForward(upgrade: Upgrade): Promise<void> {
  const { api, pod, query } = upgrade;
  if (!pod.spec?.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  if (upgrade.protocol === "websocket" && !upgrade.offers(TUNNEL)) {
    const ports = query
      .getAll("ports")
      .flatMap((one) => one.split(","))
      .map(Number);
    if (ports.length === 0) throw badRequest('query parameter "port" is required');
    if (ports.some((port) => !(port > 0 && port < 65_536)))
      throw badRequest("port must be a number between 1 and 65535");
    const socket = await upgrade.acceptWebSocket(CHANNELS);
    if (socket) forwardChannels(socket, ports, (port) => open(api, pod, port));
    return;
  }
  const transport = await connect(upgrade);
  if (!transport) return;
  const errors = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(transport, (stream) => {
    const request = stream.headers.get("requestid") ?? "";
    if (stream.headers.get("streamtype") === "error") return void errors.set(request, stream);
    const error = errors.get(request);
    errors.delete(request);
    void forward(api, pod, stream, error).then(() => {
      connection.forget(stream);
      if (error) connection.forget(error);
    });
  });
  await connection.serve();
}

async function connect(upgrade: Upgrade): Promise<Duplex | undefined> {
  if (upgrade.protocol === "spdy") return upgrade.acceptSpdy([PROTOCOL]);
  const socket = await upgrade.acceptWebSocket([TUNNEL]);
  if (!socket) return undefined;
  const { createWebSocketStream } = await import("ws");
  return createWebSocketStream(socket);
}

async function forward(api: Api, pod: KubeObject, data: SpdyStream, error: SpdyStream | undefined): Promise<void> {
  const found = await open(api, pod, Number(data.headers.get("port")));
  try {
    if (typeof found === "string") {
      await error?.write(Buffer.from(found));
      await data.reset();
    } else {
      await join(found, streamSocket(data));
    }
    await error?.end();
  } catch {
    // The client is gone.
  }
}

/** A connection to the pod's port, or the kubelet's words for why there is none. */
async function open(api: Api, { metadata }: KubeObject, port: number): Promise<Duplex | string> {
  const begin = `error forwarding port ${port} to pod ${metadata.uid}, uid : `;
  const live = api.registry.store.get("/pods", metadata.namespace, metadata.name);
  if (live?.metadata.uid !== metadata.uid || live === undefined) {
    return `${begin}network namespace for sandbox "${metadata.uid}" is closed`;
  }
  const dialled = await api.containers.forward(live, port);
  if (dialled.kind === "connected") return dialled.socket;
  const inside = `inside namespace "${metadata.uid}"`;
  return (
    `${begin}failed to execute portforward in network namespace "/var/run/netns/cni-${metadata.uid}": ` +
    `failed to connect to localhost:${port} ${inside}, IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused ` +
    `IPv6 dial tcp6 [::1]:${port}: connect: connection refused `
  );
}

/** A stream as a connection like any other; it is ended when the connection is over. */
function streamSocket(stream: SpdyStream): Duplex {
  return new Duplex({
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
    destroy(error, callback) {
      void stream.incoming.return();
      stream.end().catch(() => {});
      callback(error);
    },
  });
}
