import { createServer, type Server, type Socket } from "node:net";
import { type Dialled, join } from "../network/index.ts";
import { type Credentials, REPLY, reply, SocksHandshake, type SocksStep } from "./socks.ts";

export interface ProxyOptions {
  readonly credentials: Credentials;
  /** Opens a connection to an address of the cluster, or to a name that the sandbox plays. */
  readonly dial: (address: string, port: number) => Promise<Dialled>;
  /** Told of every connection. */
  readonly onConnection?: () => void;
}

const HANDSHAKE_MS = 10_000;
/** What nobody answers is given up after this; a client with less patience goes earlier. */
const PATIENCE_MS = 10_000;

/**
 * The host's way into the cluster: a SOCKS 5 proxy on 127.0.0.1 that knows the cluster's addresses, what the sandbox plays of the internet, and nothing else. It
 * never opens a connection, so nothing that is asked of it leaves the machine.
 */
export class HostProxy {
  readonly #options: ProxyOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** Listen on the port, or on any when it is 0; gives the one it is. Rejects when it is taken. */
  async listen(port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
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
      else void this.#connect(socket, step);
    };
    socket.on("data", onData);
  }

  async #connect(socket: Socket, { host, port, rest }: Extract<SocksStep, { kind: "connect" }>): Promise<void> {
    socket.pause();
    const dialled = await this.#options.dial(host, port);
    if (dialled.kind === "filtered") {
      socket.setTimeout(PATIENCE_MS, () => socket.end(reply(REPLY.unreachable)));
      return void socket.resume();
    }
    if (dialled.kind !== "connected") return void socket.end(reply(REPLY[dialled.kind]));
    if (socket.destroyed) return void dialled.socket.destroy();
    socket.setNoDelay(true);
    socket.write(reply(REPLY.granted));
    if (rest.length > 0) dialled.socket.write(rest);
    await join(socket, dialled.socket);
  }
}
