import type { KubeObject } from "../objects/index.ts";

/** What is looked at: the store. */
export interface Objects {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
}

/**
 * Who opens a connection: a program in a pod, the machine that kind runs on, or something on a node itself, as the
 * kubelet and the API server are. A pod on its node's network is on the node.
 */
export type Source =
  | { readonly kind: "pod"; readonly pod: KubeObject }
  | { readonly kind: "host" }
  | { readonly kind: "node" };

/** The machine on kind's network. */
export const HOST_ADDRESS = "172.18.0.1";
/** The node on the pods' network: what a pod sees of what comes from the node, or was masqueraded there. */
export const NODE_ON_PODS = "10.244.0.1";
/** The port of the API server on its node. */
export const API_PORT = 6443;

/** The source as the network sees it: a pod on its node's network is the node. */
export function placed(source: Source): Source {
  return source.kind === "pod" && source.pod.spec?.hostNetwork === true ? { kind: "node" } : source;
}

/** The node that a source is on; undefined: outside of the cluster, or any. */
export function nodeOf(source: Source): string | undefined {
  return source.kind === "pod" ? source.pod.spec?.nodeName : undefined;
}

/** The addresses of a node, or of a service's load balancer. */
export function nodeAddresses(node: KubeObject): readonly string[] {
  return ((node.status?.addresses ?? []) as { address: string }[]).map(({ address }) => address);
}
