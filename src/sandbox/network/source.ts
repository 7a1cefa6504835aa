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
  /** Without a name it is on the node of whom it reaches: a kubelet with its own pods. */
  | { readonly kind: "node"; readonly name?: string | undefined };

/** The machine on kind's network. */
export const HOST_ADDRESS = "172.18.0.1";
/** The first node on the pods' network. */
export const NODE_ON_PODS = "10.244.0.1";
/** The port of the API server on its node. */
export const API_PORT = 6443;

/** The source as the network sees it: a pod on its node's network is the node. */
export function placed(source: Source): Source {
  return source.kind === "pod" && source.pod.spec?.hostNetwork === true
    ? { kind: "node", name: source.pod.spec.nodeName }
    : source;
}

/** The node that a source is on; undefined: outside of the cluster, or any. */
export function nodeOf(source: Source): string | undefined {
  if (source.kind === "pod") return source.pod.spec?.nodeName;
  return source.kind === "node" ? source.name : undefined;
}

/**
 * What a pod sees of what comes from a node, or was masqueraded there: on its own node the first address of the pods'
 * range, which kindnet gives to the node's side of each pod; from another one that node's address.
 */
export function nodeSeenBy(objects: Objects, pod: KubeObject, nodeName: string | undefined): string {
  const isOwn = nodeName === undefined || nodeName === pod.spec?.nodeName;
  const node = objects.get("/nodes", undefined, String(nodeName ?? pod.spec?.nodeName));
  if (!isOwn && node !== undefined) return nodeAddresses(node)[0] ?? NODE_ON_PODS;
  return String(node?.spec?.podCIDR ?? NODE_ON_PODS).replace(/\.0\/\d+$/, ".1");
}

/** The addresses of a node, or of a service's load balancer. */
export function nodeAddresses(node: KubeObject): readonly string[] {
  return ((node.status?.addresses ?? []) as { address: string }[]).map(({ address }) => address);
}
