import type { Duplex } from "node:stream";
import {
  type Arrival,
  arrive,
  certificateFor,
  type Destination,
  type Endpoint,
  fromPod,
  type Mesh,
  type Stream,
  streamElsewhere,
  streamEntry,
  streamRoute,
  streamWay,
  type Workload,
} from "../mesh/index.ts";
import { connectionPair, type Dialled, type Flow, reset, type Way } from "../network/index.ts";
import type { Answer, Leaving } from "./answer.ts";
import { endTls } from "./gateway-tls.ts";
import { HttpDoor } from "./http-door.ts";
import { debugAnswer } from "./istiod-pages.ts";
import { isOwnPort, ownPage } from "./own-ports.ts";
import { isDebugPort, isProxyUp, isReady } from "./pods.ts";
import { type Protocol, sniff } from "./sniff.ts";
import { carry, cutOff } from "./streams.ts";
import { BEHIND_SIDECAR, type DataPlaneOptions, type Next, World } from "./world.ts";

const WITHIN = "127.0.0.1";
/** For what is not a request. */
const STAYS: Leaving = { leftAt: undefined };

/** All proxies of the cluster, as the network meets them. */
export class DataPlane {
  readonly #log: DataPlaneOptions["log"];
  readonly #world: World;
  readonly #door: HttpDoor;

  constructor(options: DataPlaneOptions) {
    this.#log = options.log;
    this.#world = new World(options);
    this.#door = new HttpDoor(options.now, options.log);
  }

  stop(): void {
    this.#world.stop();
  }

  /** What becomes of a connection that begins or ends at a pod with a proxy. */
  open(flow: Flow, next: Next): Dialled {
    const { way } = flow;
    const source = flow.source.kind === "pod" ? this.#world.workload(flow.source.pod) : undefined;
    if (source?.proxy === "sidecar" && flow.source.kind === "pod" && isCaught(source, flow)) {
      return isProxyUp(flow.source.pod) ? this.#leave(source, flow, next) : { kind: "refused" };
    }
    return this.#onward(source, way, next);
  }

  /** What stands at the end of the plain network's way takes a connection: a proxy, or the program itself. */
  #onward(source: Workload | undefined, way: Way, next: Next): Dialled {
    const target = way.kind === "pod" ? this.#world.workload(way.pod) : undefined;
    if (way.kind === "pod" && isDebugPort(way.pod, way.port)) return this.#debug(way);
    if (way.kind !== "pod" || target?.proxy === undefined) return next(way);
    const isWithin = way.from === WITHIN;
    if (isOwnPort(way.port, isWithin)) return this.#own(target, way, next);
    if (target.proxy === "sidecar" && (isWithin || target.excluded.inbound.includes(way.port))) return next(way);
    if (!isProxyUp(way.pod)) return { kind: "refused" };
    return this.#enter(target, source, way, next);
  }

  /** istiod's own pages. */
  #debug({ pod }: Extract<Way, { kind: "pod" }>): Dialled {
    if (!isReady(pod)) return { kind: "refused" };
    return this.#taken((socket) => this.#door.take(socket, async (request) => debugAnswer(this.#world, pod, request)));
  }

  /** A proxy's own port: its statistics, and what its agent says. */
  #own(target: Workload, way: Extract<Way, { kind: "pod" }>, next: Next): Dialled {
    if (!isProxyUp(way.pod)) return next(way);
    const answer = ownPage(way.pod, way.port, () => this.#world.told(target, way.pod), next);
    return answer === undefined ? next(way) : this.#taken((socket) => this.#door.take(socket, answer));
  }

  /** A program's connection, caught by its own sidecar: taken at once, whatever is at its end. */
  #leave(source: Workload, flow: Flow, next: Next): Dialled {
    const { address, port } = flow;
    const to: Destination = { address, port };
    const listener = this.#world.configuration.now.outbound(source, address, port);
    const answer = this.#world.answering(next, flow, (mesh, request) =>
      fromPod(mesh, source, to, request, () => this.#world.direct(flow)),
    );
    const plain: Stream = { from: source.address, to, sni: undefined, local: `${address}:${port}` };
    return this.#taken(async (socket) => {
      const passOn = (policy: "passthrough" | "blackhole", stream: Stream): void =>
        this.#passOn(socket, policy, source, stream, flow, next);
      if (listener.kind === "unknown") return passOn(listener.policy, plain);
      const isNamed = listener.kind === "tcp" && listener.routes.some(({ sni }) => sni !== undefined);
      if (listener.kind === "http" && listener.tcp.length === 0) return this.#door.take(socket, answer);
      const protocol: Protocol = listener.kind === "http" || isNamed ? await sniff(socket) : { kind: "bytes" };
      if (listener.kind === "http" && protocol.kind === "http") return this.#door.take(socket, answer);
      const stream = { ...plain, sni: protocol.kind === "tls" ? protocol.sni : undefined };
      const route = streamRoute(listener.kind === "http" ? listener.tcp : listener.routes, stream);
      if (route === undefined) return passOn(listener.unknown, stream);
      this.#stream(socket, source, route, stream, flow, next);
    });
  }

  /** What nobody knows goes on as it is, or ends. */
  #passOn(
    socket: Duplex,
    policy: "passthrough" | "blackhole",
    source: Workload,
    stream: Stream,
    { way }: Flow,
    next: Next,
  ): void {
    const mesh = this.#world.mesh(STAYS);
    const parts = [streamElsewhere(mesh, source, policy, stream)];
    if (policy === "passthrough") carry(socket, this.#onward(source, way, next), mesh, parts);
    else cutOff(socket, mesh, parts);
  }

  /** A whole connection by a route of a proxy's. */
  #stream(
    socket: Duplex,
    proxy: Workload,
    route: Parameters<typeof streamWay>[2],
    stream: Stream,
    flow: Flow | undefined,
    next: Next,
  ): void {
    const mesh = this.#world.mesh(STAYS);
    const { endpoint, parts } = streamWay(mesh, proxy, route, stream);
    if (endpoint === undefined) return void cutOff(socket, mesh, parts);
    const from = endpoint.workload?.proxy === "sidecar" ? BEHIND_SIDECAR : proxy.address;
    // A gateway's program is its proxy.
    const isGateway = endpoint.workload?.proxy === "gateway";
    const open: Next = (way) => (isGateway && way !== undefined ? this.#onward(proxy, way, next) : next(way));
    carry(socket, this.#world.connect(endpoint, from, flow, open), mesh, parts);
  }

  /** A connection from elsewhere to a pod's sidecar or to a gateway. */
  #enter(target: Workload, source: Workload | undefined, way: Extract<Way, { kind: "pod" }>, next: Next): Dialled {
    const { port, from } = way;
    const endpoint: Endpoint = { address: target.address, port, workload: target, weight: 1 };
    const arrival: Arrival = { transport: { kind: "plaintext" }, from, source };
    const listener = target.proxy === "gateway" ? this.#world.configuration.now.gateway(target, port) : undefined;
    if (target.proxy === "gateway" && listener === undefined) return { kind: "refused" };
    const answer = (by: Arrival): Answer =>
      this.#world.answering(next, undefined, (mesh, request) => arrive(mesh, endpoint, request, by));
    if (listener === undefined) return this.#taken((socket) => this.#reach(socket, endpoint, arrival, answer, next));
    return this.#taken(async (socket) => {
      if (listener.kind === "http") return this.#door.take(socket, answer(arrival));
      const protocol: Protocol = isPlain(listener) ? { kind: "bytes" } : await sniff(socket);
      const sni = protocol.kind === "tls" ? protocol.sni : undefined;
      const isEnded = listener.tls !== undefined && sni !== undefined && certificateFor(listener, sni) !== undefined;
      if (listener.kind === "https" && sni === undefined) return this.#cut(socket, answer(arrival));
      const stream = { from, sni, local: `${target.address}:${port}` };
      if (!isEnded) {
        const route = streamRoute(listener.tcp, stream);
        const mesh = this.#world.mesh(STAYS);
        if (route === undefined) cutOff(socket, mesh, [streamElsewhere(mesh, target, "no route", stream)]);
        else this.#stream(socket, target, route, stream, undefined, next);
        return;
      }
      const ended = await endTls(socket, listener, sni);
      if (ended === undefined) return;
      const route = listener.kind === "tcp" ? streamRoute(listener.tcp, stream) : undefined;
      if (route === undefined) this.#door.take(ended.socket, answer({ ...arrival, transport: ended.transport }));
      else this.#stream(ended.socket, target, route, stream, undefined, next);
    });
  }

  /** A sidecar in front of its program: HTTP is looked at, all else goes on as it is if it may come. */
  async #reach(
    socket: Duplex,
    endpoint: Endpoint,
    arrival: Arrival,
    answer: (by: Arrival) => Answer,
    next: Next,
  ): Promise<void> {
    const mesh = this.#world.mesh(STAYS);
    const { workload, port } = endpoint;
    const protocol = await sniff(socket);
    if (protocol.kind === "nothing") return void socket.destroy();
    const isStrict = workload !== undefined && mesh.config.inbound(workload, port).mutualTls === "STRICT";
    // No filter chain takes it.
    if (isStrict) return this.#cut(socket, answer(arrival));
    if (protocol.kind === "http") return this.#door.take(socket, answer(arrival));
    const { endpoint: program, parts } = streamEntry(mesh, endpoint, arrival);
    if (program === undefined) return cutOff(socket, mesh, parts);
    carry(socket, this.#world.connect(program, BEHIND_SIDECAR, undefined, next), mesh, parts);
  }

  /** Cuts what nobody takes, with what was sent still unread, and has it told. */
  async #cut(socket: Duplex, answer: Answer): Promise<void> {
    await answer({ method: "-", path: "-", headers: [], body: Buffer.alloc(0) }, STAYS);
    reset(socket);
  }

  #taken(take: (socket: Duplex) => void | Promise<void>): Dialled {
    const [client, server] = connectionPair();
    for (const end of [client, server]) end.on("error", () => {});
    // The client must have its end before it can see that it was cut.
    setImmediate(async () => {
      try {
        await take(server);
      } catch (error) {
        this.#log("a connection through the mesh", error);
        server.destroy();
      }
    });
    return { kind: "connected", socket: client };
  }
}

/** Whether nothing is asked of what comes: one plain stream. */
function isPlain({ kind, tls, tcp }: NonNullable<ReturnType<Mesh["config"]["gateway"]>>): boolean {
  return kind === "tcp" && tls === undefined && tcp.every(({ sni }) => sni === undefined);
}

/** Whether a sidecar takes a connection of its program: not those within the pod, nor to ports that it leaves alone. */
function isCaught({ address: own, excluded }: Workload, { address, port }: Flow): boolean {
  return !address.startsWith("127.") && address !== own && !excluded.outbound.includes(port);
}
