import { createServer, type Server, type Socket } from "node:net";
import { PodServer, type Pods } from "./pod-server.ts";
import type { Route } from "./route.ts";
import { type Credentials, REPLY, reply, SocksHandshake, type SocksStep } from "./socks.ts";

export interface ProxyOptions {
  readonly credentials: Credentials;
  readonly pods: Pods;
  /** Where a connection goes. Names are none of its business: those that get here are unknown. */
  readonly route: (address: string, port: number) => Route;
  readonly log: (message: string, error?: unknown) => void;
  /** Told of every connection. */
  readonly onConnection?: () => void;
}

const HANDSHAKE_MS = 10_000;

/**
 * The host's way into the cluster: a SOCKS 5 proxy on 127.0.0.1 that knows the cluster's addresses and nothing else. It
 * never opens a connection, so nothing that is asked of it leaves the machine.
 */
export class HostProxy {
  readonly #options: ProxyOptions;
  readonly #podServer: PodServer;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#podServer = new PodServer(options.pods, options.log);
  }

  /** Listen on the port, or on any when it is 0; gives the one it is. Rejects when it is taken. */
  async listen(port: number): Promise<number> {
    const server = createServer((socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    this.#server = server;
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#options.onConnection?.();
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    const handshake = new SocksHandshake(this.#options.credentials);
    const onData = (bytes: Buffer): void => {
      let step: SocksStep = handshake.feed(bytes);
      while (step.kind === "send") {
        socket.write(step.bytes);
        step = handshake.feed(Buffer.alloc(0));
      }
      if (step.kind === "more") return;
      socket.off("data", onData);
      socket.setTimeout(0);
      if (step.kind === "end") socket.end(step.bytes);
      else this.#connect(socket, step);
    };
    socket.on("data", onData);
  }

  #connect(socket: Socket, { host, port, rest }: Extract<SocksStep, { kind: "connect" }>): void {
    const { route: find, pods } = this.#options;
    const route = find(host, port);
    if (route.kind === "unreachable") return void socket.end(reply(REPLY.unreachable));
    if (route.kind === "refused" || !pods.listens(route.pod, route.port)) return void socket.end(reply(REPLY.refused));
    socket.pause();
    socket.write(reply(REPLY.granted));
    if (rest.length > 0) socket.unshift(rest);
    this.#podServer.take(socket, route);
    socket.resume();
  }
}
