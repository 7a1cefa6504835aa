import type { Duplex } from "node:stream";
import type { KubeObject } from "../objects/index.ts";
import { Affinity } from "./affinity.ts";
import type { Accept, Arrival } from "./arrival.ts";
import { connectionPair } from "./connection.ts";
import type { Outside } from "./outside.ts";
import { type Choice, route, type Way } from "./route.ts";
import { API_PORT, nodeAddresses, type Objects, type Source } from "./source.ts";

/** How an attempt to connect ended; a client's wait on `filtered` is its own affair. */
export type Dialled =
  | { readonly kind: "connected"; readonly socket: Duplex }
  | { readonly kind: "refused" | "unreachable" | "filtered" };

/** A connection that is being opened. */
export interface Flow {
  readonly source: Source;
  /** As the client asks for it: a pod's address, a service's, a load balancer's. */
  readonly address: string;
  readonly port: number;
  /** Where the plain network takes it. */
  readonly way: Way;
}

/**
 * Who may sit in between: a mesh's sidecars and gateways. Asked once for each connection, after it was routed and before
 * anybody listens to it. `next` opens it as the plain network does, to where it was routed or to another way; it may be
 * called never (the interceptor answers by itself: it keeps one end of a `connectionPair` and gives the other), once, or
 * for each request anew. Whoever is no concern of it gets `next()`.
 */
export interface Interceptor {
  open(flow: Flow, next: (way?: Way) => Dialled): Dialled | Promise<Dialled>;
}

export interface NetworkOptions {
  readonly objects: Objects;
  readonly random: () => number;
  /** Milliseconds. */
  readonly now: () => number;
  /** Which server of an image listens at a pod's port now; what a program listens at is known here. */
  readonly listener: (pod: KubeObject, port: number) => Accept | undefined;
  /** The API server, where it can be reached from inside. */
  readonly apiServer?: Accept | undefined;
  readonly interceptor?: Interceptor | undefined;
  readonly outside?: Outside | undefined;
}

const FIRST_PORT = 32_768;
const LAST_PORT = 60_999;

/** The one network of a cluster: every connection, whoever opens it, is routed and opened here. */
export class ClusterNetwork {
  readonly #options: NetworkOptions;
  readonly #affinity = new Affinity();
  /** By the pod's uid and port. */
  readonly #listening = new Map<string, Accept>();
  #lastPort = FIRST_PORT;
  #open = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  get objects(): Objects {
    return this.#options.objects;
  }

  /** What is there beyond the cluster. */
  get outside(): Outside | undefined {
    return this.#options.outside;
  }

  /** How many connections are open. */
  get open(): number {
    return this.#open;
  }

  /** What a choice among endpoints goes by now. */
  get choice(): Choice {
    const { random, now } = this.#options;
    return { random, affinity: this.#affinity, now: now() };
  }

  /** Opens a connection to an IPv4 address. Never rejects. */
  async dial(source: Source, address: string, port: number): Promise<Dialled> {
    const isOutside = this.outside?.isAt(address) ?? false;
    const way = route(this.objects, { source, address, port, isOutside }, this.choice);
    return this.#dial({ source, address, port, way });
  }

  /** Opens a connection whose way is known: a door of the sandbox, a port that is forwarded. */
  async follow(source: Source, way: Way): Promise<Dialled> {
    if (way.kind !== "pod") return this.#dial({ source, address: "", port: 0, way });
    return this.#dial({ source, address: String(way.pod.status?.podIP ?? ""), port: way.port, way });
  }

  /** Listens at a port of a pod until the answer is called. Undefined when somebody does already. */
  listen(pod: KubeObject, port: number, accept: Accept): (() => void) | undefined {
    if (this.listener(pod, port) !== undefined) return undefined;
    const key = `${pod.metadata.uid}/${port}`;
    this.#listening.set(key, accept);
    return () => void this.#listening.delete(key);
  }

  /** Who listens at a pod's port. */
  listener(pod: KubeObject, port: number): Accept | undefined {
    return this.#listening.get(`${pod.metadata.uid}/${port}`) ?? this.#options.listener(pod, port);
  }

  async #dial(flow: Flow): Promise<Dialled> {
    const { interceptor } = this.#options;
    const next = (way: Way = flow.way): Dialled => this.#deliver(way);
    return interceptor === undefined ? next() : interceptor.open(flow, next);
  }

  #deliver(way: Way): Dialled {
    if (!("from" in way)) return { kind: way.kind };
    const accept = this.#acceptAt(way);
    if (accept === undefined) return { kind: way.kind === "outside" ? "filtered" : "refused" };
    const dialled = connectTo(accept, { from: way.from, fromPort: this.#nextPort(), port: way.port });
    this.#open += 1;
    dialled.socket.once("close", () => {
      this.#open -= 1;
    });
    return dialled;
  }

  #acceptAt(way: Extract<Way, { from: string }>): Accept | undefined {
    if (way.kind === "outside") return this.outside?.listener(way.address, way.port);
    return way.kind === "pod" ? this.listener(way.pod, way.port) : this.#onNode(way);
  }

  /** On a node: the pods that share its network, and the API server. */
  #onNode({ address, port }: Extract<Way, { kind: "node" }>): Accept | undefined {
    const { objects, apiServer } = this.#options;
    const nodes = objects.list("/nodes");
    const node = nodes.find((one) => nodeAddresses(one).includes(address));
    const pods = objects
      .list("/pods")
      .filter(({ spec }) => spec?.hostNetwork === true && (!node || spec.nodeName === node.metadata.name));
    for (const pod of pods) {
      const accept = this.listener(pod, port);
      if (accept !== undefined) return accept;
    }
    return port === API_PORT ? apiServer : undefined;
  }

  #nextPort(): number {
    this.#lastPort = this.#lastPort >= LAST_PORT ? FIRST_PORT : this.#lastPort + 1;
    return this.#lastPort;
  }
}

/** Opens a connection to who listens. */
export function connectTo(accept: Accept, arrival: Arrival): Extract<Dialled, { kind: "connected" }> {
  const [client, server] = connectionPair();
  // Either end may be cut while nobody looks at it.
  for (const end of [client, server]) end.on("error", () => {});
  accept(server, arrival);
  return { kind: "connected", socket: client };
}
