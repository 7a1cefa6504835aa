import type { Registry } from "./api/index.ts";
import { kindOf } from "./kinds/index.ts";
import type { KubeObject } from "./objects/index.ts";
import {
  API_SERVICES,
  type ClusterNode,
  seedCsiNode,
  seedLease,
  seedNode,
  seedRoles,
  seedServer,
  seedSystem,
} from "./seed/index.ts";
import { resourceKey, type Store, uuid } from "./store/index.ts";

const CLUSTER_ROLES = "rbac.authorization.k8s.io/clusterroles";

/** A cluster's name, its Kubernetes (`v1.35.0`), and its nodes, the control plane first. */
export interface Planted {
  readonly name: string;
  readonly version: string;
  readonly nodes: readonly ClusterNode[];
}

/** Puts into a cluster what it has from its beginning. Throws for a seed whose kind is not served: a fault of ours. */
export class Planting {
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #random: () => number;

  constructor(store: Store, registry: Registry, random: () => number) {
    this.#store = store;
    this.#registry = registry;
    this.#random = random;
  }

  /** All of it, into an empty store; `now` in milliseconds since the epoch. */
  plant({ name, version, nodes }: Planted, now: number): void {
    for (const object of [...seedSystem(name, version), ...seedRoles()]) this.#write(object);
    for (const wish of nodes) {
      const node = this.#write(seedNode(name, wish, version, now));
      this.#write(seedLease(node, now));
      this.#keep(seedCsiNode(node));
    }
    this.#plantServer(nodes, now);
  }

  /** What a state that an older build saved has not. */
  addMissing(nodes: readonly ClusterNode[], now: number): void {
    // Without roles nobody could do anything.
    if (this.#store.list(CLUSTER_ROLES).length === 0) for (const object of seedRoles()) this.#write(object);
    if (this.#store.list(API_SERVICES).length > 0) return;
    this.#plantServer(nodes, now);
    for (const node of this.#store.list("/nodes")) this.#keep(seedCsiNode(node));
  }

  /** What the control plane writes of itself. */
  #plantServer([control]: readonly ClusterNode[], now: number): void {
    if (control) for (const object of seedServer(control, now, uuid(this.#random))) this.#keep(object);
  }

  /** An object that is complete: nothing of it would change on the way of a write, which costs a start its time. */
  #keep(object: KubeObject): void {
    const resource = resourceKey(served(object));
    const { namespace, name } = object.metadata;
    if (!this.#store.get(resource, namespace, name)) this.#store.create(resource, object);
  }

  #write(object: KubeObject): KubeObject {
    const options = { keepStatus: true, fieldManager: "kubeadm" };
    return this.#registry.create(served(object), object.metadata.namespace, object, options).object;
  }
}

function served({ apiVersion, kind }: KubeObject): NonNullable<ReturnType<typeof kindOf>> {
  const found = kindOf(apiVersion, kind);
  if (found === undefined) throw new Error(`the seed holds a kind that is not served: ${kind}`);
  return found;
}
