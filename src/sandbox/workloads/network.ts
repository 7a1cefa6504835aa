import {
  type Accept,
  type ClusterNetwork,
  type Dialled,
  type Lookup,
  lookup,
  nameOf,
  query,
  resolverOf,
  serviceRecords,
} from "../network/index.ts";
import type { KubeObject } from "../objects/index.ts";

/** The cluster's network as a program in one pod meets it. */
export class PodNetwork {
  readonly #network: ClusterNetwork;
  readonly #pod: KubeObject;

  constructor(network: ClusterNetwork, pod: KubeObject) {
    this.#network = network;
    this.#pod = pod;
  }

  /** The addresses of a name as `getaddrinfo` finds them: `/etc/hosts`, then the name server. */
  lookup(host: string): Lookup {
    return lookup(this.#network.objects, this.#live, host, this.#network.outside);
  }

  /** What the name server alone says of a name. */
  query(host: string): Lookup {
    return query(this.#network.objects, this.#live, host, this.#network.outside);
  }

  /** The ports and targets of a name of services. */
  services(host: string): ReturnType<typeof serviceRecords> {
    return serviceRecords(this.#network.objects, this.#live, host);
  }

  /** The name of an address; undefined when it has none. */
  nameOf(address: string): string | undefined {
    return nameOf(this.#network.objects, address);
  }

  /** The name server that the pod asks; undefined when it has none. */
  get nameServer(): string | undefined {
    return resolverOf(this.#live).servers[0];
  }

  get address(): string {
    return String(this.#live.status?.podIP ?? "");
  }

  /** PEM: the authorities of the web, which images come with; undefined: there is no web. */
  get webAuthority(): string | undefined {
    return this.#network.outside?.authority;
  }

  /** Opens a connection to an address. Never rejects. */
  dial(address: string, port: number): Promise<Dialled> {
    return this.#network.dial({ kind: "pod", pod: this.#live }, address, port);
  }

  /** Listens until the answer is called; undefined when the port is taken. */
  listen(port: number, accept: Accept): (() => void) | undefined {
    return this.#network.listen(this.#live, port, accept);
  }

  /** The pod as it is now: it had no address when it was made. */
  get #live(): KubeObject {
    const { namespace, name, uid } = this.#pod.metadata;
    const found = this.#network.objects.get("/pods", namespace, name);
    return found !== undefined && found.metadata.uid === uid ? found : this.#pod;
  }
}
