import { type ClusterNode, clusterNodes, type NodeWish } from "./seed/index.ts";

/** One simulated kind cluster: what `kind get clusters` prints, and what it was made from. */
export interface ClusterRecord {
  readonly name: string;
  readonly image: string;
  readonly createdAt: string;
  /** Absent where it is the one of a default cluster. */
  readonly nodes?: readonly NodeWish[];
  /** When nodes last began to run, by name; absent where that is their creation. */
  readonly startedAt?: Readonly<Record<string, string>>;
  /** When its nodes were stopped; absent while they run. */
  readonly stoppedAt?: string;
}

/** The nodes of a cluster. */
export function nodesOf({ name, nodes }: ClusterRecord): readonly ClusterNode[] {
  return clusterNodes(name, nodes);
}

/** The same cluster with nodes of it that have begun to run now. */
export function startedNow(cluster: ClusterRecord, names: readonly string[]): ClusterRecord {
  const at = new Date().toISOString();
  return { ...cluster, startedAt: { ...cluster.startedAt, ...Object.fromEntries(names.map((name) => [name, at])) } };
}

/** `kindest/node:v1.35.0@sha256:…` → `v1.35.0`. */
export function versionOf(image: string): string {
  return /:(v\d+\.\d+\.\d+)/.exec(image)?.[1] ?? "v1.35.0";
}
