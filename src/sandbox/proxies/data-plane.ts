import type { Duplex } from "node:stream";
import {
  type Arrival,
  arrive,
  type Destination,
  type Endpoint,
  emptyState,
  fromPod,
  type Hop,
  type HttpAnswer,
  type HttpRequest,
  LOCAL_REPLIES,
  localResponse,
  type Mesh,
  perform,
  type Surroundings,
  type Workload,
} from "../mesh/index.ts";
import { connectionPair, type Dialled, type Flow, join, type Way } from "../network/index.ts";
import type { KubeObject } from "../objects/index.ts";
import { Configuration, type ConfigurationOptions } from "./configuration.ts";
import { exchange } from "./exchange.ts";
import { type Answer, HttpDoor, type Leaving } from "./http-door.ts";
import { asLeft } from "./leaving.ts";
import { ADMIN_PORT, agentAt, OWN_PORTS } from "./own-ports.ts";
import { isProxyUp } from "./pods.ts";
import { seededRandom } from "./random.ts";
import { sniff } from "./sniff.ts";

export interface DataPlaneOptions extends ConfigurationOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A proxy's part in a request is over. */
  readonly onHop: (hop: Hop) => void;
  readonly log: (message: string, error?: unknown) => void;
}

type Next = (way?: Way) => Dialled;

/** The same requests in the same order are decided alike in every sandbox. */
const SEED = 1;
const WITHIN = "127.0.0.1";

/** All proxies of the cluster, as the network meets them. */
export class DataPlane {
  readonly #options: DataPlaneOptions;
  readonly #configuration: Configuration;
  readonly #state = emptyState();
  readonly #random = seededRandom(SEED);
  readonly #door: HttpDoor;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.#configuration = new Configuration(options);
    this.#door = new HttpDoor(options.now, options.log);
  }

  stop(): void {
    this.#configuration.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** What becomes of a connection that begins or ends at a pod with a proxy. */
  open(flow: Flow, next: Next): Dialled {
    const { way } = flow;
    const source = flow.source.kind === "pod" ? this.#workload(flow.source.pod) : undefined;
    if (source?.proxy === "sidecar" && flow.source.kind === "pod" && isCaught(source, flow)) {
      return isProxyUp(flow.source.pod) ? this.#leave(source, flow, next) : { kind: "refused" };
    }
    const target = way.kind === "pod" ? this.#workload(way.pod) : undefined;
    if (way.kind !== "pod" || target?.proxy === undefined) return next();
    const isWithin = way.from === WITHIN;
    if (OWN_PORTS.has(way.port) || (isWithin && way.port === ADMIN_PORT)) return this.#own(way, next);
    if (target.proxy === "sidecar" && (isWithin || target.excluded.inbound.includes(way.port))) return next();
    if (!isProxyUp(way.pod)) return { kind: "refused" };
    return this.#enter(target, source, way, next);
  }

  /** A proxy's own port: what its image has there, else what every agent answers. */
  #own(way: Extract<Way, { kind: "pod" }>, next: Next): Dialled {
    const dialled = next();
    if (dialled.kind === "connected" || !isProxyUp(way.pod)) return dialled;
    const answer = agentAt(way.pod, way.port, next);
    return answer === undefined ? dialled : this.#taken((socket) => this.#door.take(socket, answer));
  }

  /** A program's connection, caught by its own sidecar: taken at once, whatever is at its end. */
  #leave(source: Workload, flow: Flow, next: Next): Dialled {
    const { address, port } = flow;
    const destination: Destination = { address, port };
    const listener = this.#configuration.now.outbound(source, address, port);
    const answer = this.#answering(next, flow, (mesh, request) =>
      fromPod(mesh, source, destination, request, () => this.#direct(flow)),
    );
    return this.#taken(async (socket) => {
      if (listener.kind === "http" && listener.tcp.length === 0) return this.#door.take(socket, answer);
      const protocol = listener.kind === "http" ? await sniff(socket) : { kind: "bytes" };
      if (protocol.kind === "http") return this.#door.take(socket, answer);
      this.#pass(socket, next);
    });
  }

  /** A connection from elsewhere to a pod's sidecar or to a gateway. */
  #enter(target: Workload, source: Workload | undefined, way: Extract<Way, { kind: "pod" }>, next: Next): Dialled {
    const { port, from } = way;
    const endpoint: Endpoint = { address: target.address, port, workload: target, weight: 1 };
    const arrival: Arrival = { transport: { kind: "plaintext" }, from, source };
    const { now: config } = this.#configuration;
    if (target.proxy === "gateway" && config.gateway(target, port) === undefined) return { kind: "refused" };
    const answer = this.#answering(next, undefined, (mesh, request) => arrive(mesh, endpoint, request, arrival));
    return this.#taken(async (socket) => {
      const protocol = await sniff(socket);
      const isStrict = target.proxy === "sidecar" && config.inbound(target, port).mutualTls === "STRICT";
      if (protocol.kind === "http" && !isStrict) return this.#door.take(socket, answer);
      if (protocol.kind === "http") {
        // No filter chain takes it: it is cut with what was sent still unread.
        await answer({ method: "-", path: "-", headers: [], body: Buffer.alloc(0) }, { leftAt: undefined });
        return void socket.destroy();
      }
      if (isStrict || target.proxy === "gateway") return void socket.destroy();
      this.#pass(socket, next);
    });
  }

  #taken(take: (socket: Duplex) => void | Promise<void>): Dialled {
    const [client, server] = connectionPair();
    for (const end of [client, server]) end.on("error", () => {});
    const taking = take(server);
    taking?.catch((error: unknown) => {
      this.#options.log("a connection through the mesh", error);
      server.destroy();
    });
    return { kind: "connected", socket: client };
  }

  /** On to where the plain network takes it; a way that leads nowhere ends what was begun. */
  #pass(socket: Duplex, next: Next, way?: Way): void {
    const dialled = way === undefined ? next() : next(way);
    if (dialled.kind === "connected") void join(socket, dialled.socket);
    else socket.destroy();
  }

  #answering(
    next: Next,
    flow: Flow | undefined,
    task: (mesh: Mesh, request: HttpRequest) => ReturnType<typeof fromPod>,
  ): Answer {
    const surroundings: Surroundings = {
      sleep: (ms) => this.#sleep(ms),
      ask: ({ endpoint, request, from }) => this.#ask(endpoint, request, from, flow, next),
      onError: (error) => this.#options.log("a request beside another one", error),
    };
    return async (request, leaving) => {
      const answer = await perform(task(this.#mesh(leaving), request), surroundings);
      return answer === "unreachable" ? localResponse(LOCAL_REPLIES.connectTimeout) : answer;
    };
  }

  #mesh(leaving: Leaving): Mesh {
    const { now, onHop } = this.#options;
    return {
      config: this.#configuration.now,
      state: this.#state,
      now,
      random: this.#random,
      onHop: (hop) => onHop(asLeft(hop, leaving)),
    };
  }

  /** Asks what listens at an endpoint, as the proxy before it does. */
  async #ask(
    { address, port, workload }: Endpoint,
    request: HttpRequest,
    from: string,
    flow: Flow | undefined,
    next: Next,
  ): Promise<HttpAnswer> {
    const pod = workload && this.#pod(workload);
    if (workload !== undefined && pod === undefined) return "refused";
    let dialled: Dialled = { kind: "refused" };
    if (pod !== undefined) dialled = next({ kind: "pod", pod, port, from });
    else if (flow?.address === address && flow.port === port) dialled = next();
    else if (flow?.way.kind === "node" && flow.way.address === address) dialled = next();
    return dialled.kind === "connected" ? exchange(dialled.socket, request) : "refused";
  }

  /** Where the plain network takes a connection. */
  #direct({ way }: Flow): Endpoint | "refused" | "unreachable" {
    if (way.kind !== "pod" && way.kind !== "node") return way.kind === "refused" ? "refused" : "unreachable";
    const workload = way.kind === "pod" ? this.#workload(way.pod) : undefined;
    const address = way.kind === "pod" ? String(way.pod.status?.podIP ?? "") : way.address;
    return { address, port: way.port, workload, weight: 1 };
  }

  #workload({ status }: KubeObject): Workload | undefined {
    return this.#configuration.latest.workloadAt(String(status?.podIP ?? ""));
  }

  #pod({ namespace, name, uid }: Workload): KubeObject | undefined {
    const pod = this.#options.store.get("/pods", namespace, name);
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms).unref();
      this.#timers.add(timer);
    });
  }
}

/** Whether a sidecar takes a connection of its program: not those within the pod, nor to ports that it leaves alone. */
function isCaught({ address: own, excluded }: Workload, { address, port }: Flow): boolean {
  return !address.startsWith("127.") && address !== own && !excluded.outbound.includes(port);
}
