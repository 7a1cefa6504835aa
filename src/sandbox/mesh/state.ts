import type { Cluster } from "./config/config.ts";
import type { Workload } from "./model.ts";

/** What the proxies remember between requests. Each proxy knows only what it has seen itself. */
export interface MeshState {
  readonly clusters: Map<string, ClusterState>;
}

/** One proxy's view of one cluster. */
export interface ClusterState {
  /** Of the cluster that it is about. */
  readonly settings: string;
  /** Requests that hold a connection. */
  active: number;
  /** Those that wait for one, oldest first. */
  readonly queue: (() => void)[];
  retries: number;
  /** Where round robin stands. */
  turn: number;
  readonly endpoints: Map<string, EndpointState>;
  /** Counters by Envoy's names, `upstream_rq_pending_overflow`. */
  readonly counters: Map<string, number>;
}

export interface EndpointState {
  /** Requests under way. */
  active: number;
  consecutive5xx: number;
  consecutiveGateway: number;
  consecutiveLocal: number;
  /** How often it was put out; each time makes the next longer. */
  ejections: number;
  /** Milliseconds since the epoch; 0: it is in. */
  ejectedUntil: number;
}

/** No proxy has seen anything. */
export function emptyState(): MeshState {
  return { clusters: new Map() };
}

/**
 * One proxy's memory of a cluster, made at its first use. With other settings it is another cluster, of which nothing is
 * known: requests under way end with the old one, and counters go on. Source: Envoy's cluster manager.
 */
export function clusterState(
  state: MeshState,
  proxy: Workload,
  { name, settings }: Pick<Cluster, "name" | "settings">,
): ClusterState {
  const key = `${proxy.uid} ${name}`;
  let found = state.clusters.get(key);
  if (found?.settings !== settings) {
    const counters = found?.counters ?? new Map();
    found = { settings, active: 0, queue: [], retries: 0, turn: 0, endpoints: new Map(), counters };
    state.clusters.set(key, found);
  }
  return found;
}

/** A pod is gone: what its proxy knew, and what the others knew of its address, which another pod may have next. */
export function forgetWorkload(state: MeshState, uid: string, address: string): void {
  for (const [key, cluster] of state.clusters) {
    if (key.startsWith(`${uid} `)) state.clusters.delete(key);
    for (const place of cluster.endpoints.keys()) {
      if (place.slice(0, place.lastIndexOf(":")) === address) cluster.endpoints.delete(place);
    }
  }
}

/** A cluster's memory of one endpoint. */
export function endpointState(cluster: ClusterState, address: string, port: number): EndpointState {
  const key = `${address}:${port}`;
  let found = cluster.endpoints.get(key);
  if (found === undefined) {
    found = {
      active: 0,
      consecutive5xx: 0,
      consecutiveGateway: 0,
      consecutiveLocal: 0,
      ejections: 0,
      ejectedUntil: 0,
    };
    cluster.endpoints.set(key, found);
  }
  return found;
}

/** Counts under one of Envoy's names. */
export function count(cluster: ClusterState, name: string, by = 1): void {
  cluster.counters.set(name, (cluster.counters.get(name) ?? 0) + by);
}
