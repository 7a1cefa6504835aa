import { type JsonObject, type KubeObject, matchesLabels, SelectorError, selectorOf } from "../objects/index.ts";
import { type Pool, poolHolding, poolsInOrder, runsImage } from "./pools.ts";

/** What is looked at: the store, or a controller's snapshot of it. */
export interface Objects {
  list(resource: string, namespace?: string): readonly KubeObject[];
}

export const POOLS = "metallb.io/ipaddresspools";
export const ADVERTISEMENTS = "metallb.io/l2advertisements";
const EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

/** MetalLB as it runs in a cluster: the namespace that its controller lives in, and what it is told there. */
export interface Installation {
  readonly namespace: string;
  readonly pools: readonly Pool[];
  readonly advertisements: readonly KubeObject[];
}

/** The MetalLB whose controller is Ready; undefined when there is none. */
export function installation(objects: Objects): Installation | undefined {
  const controller = objects
    .list("apps/deployments")
    .find((one) => runsImage(one, "metallb/controller") && Number(one.status?.readyReplicas ?? 0) > 0);
  const namespace = controller?.metadata.namespace;
  if (namespace === undefined) return undefined;
  return {
    namespace,
    pools: poolsInOrder(objects.list(POOLS, namespace)),
    advertisements: objects.list(ADVERTISEMENTS, namespace),
  };
}

/** The node that answers for an address on the network: one with a Ready speaker that an advertisement lets. */
export function announcer(objects: Objects, address: string): string | undefined {
  const namespaces = new Set(
    objects
      .list("apps/daemonsets")
      .filter(isSpeaker)
      .map((one) => one.metadata.namespace),
  );
  for (const namespace of namespaces) {
    const pools = objects.list(POOLS, namespace);
    const pool = poolHolding(poolsInOrder(pools), address);
    const object = pools.find((one) => one.metadata.name === pool?.name);
    if (object === undefined) continue;
    const advertised = objects.list(ADVERTISEMENTS, namespace).filter((one) => speaksFor(one, object));
    const nodes = objects.list("/nodes").filter((node) => advertised.some((one) => isOn(one, node)));
    const speakers = objects.list("/pods", namespace).filter((pod) => runsImage(pod, "metallb/speaker") && isUp(pod));
    const found = nodes.find((node) => speakers.some((pod) => pod.spec?.nodeName === node.metadata.name));
    if (found !== undefined) return found.metadata.name;
  }
  return undefined;
}

function isSpeaker(set: KubeObject): boolean {
  return runsImage(set, "metallb/speaker");
}

/** Pools by name or by label; an advertisement that names none speaks for all. */
function speaksFor({ spec }: KubeObject, pool: KubeObject): boolean {
  const names: readonly string[] = spec?.ipAddressPools ?? [];
  const selectors: readonly JsonObject[] = spec?.ipAddressPoolSelectors ?? [];
  if (names.length === 0 && selectors.length === 0) return true;
  return names.includes(pool.metadata.name) || selectors.some((one) => selects(one, pool));
}

function isOn({ spec }: KubeObject, node: KubeObject): boolean {
  if (node.metadata.labels?.[EXCLUDED] !== undefined) return false;
  const selectors: readonly JsonObject[] = spec?.nodeSelectors ?? [];
  return selectors.length === 0 || selectors.some((one) => selects(one, node));
}

function isUp(pod: KubeObject): boolean {
  const conditions: readonly JsonObject[] = pod.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** A selector that nobody can read selects nothing. */
function selects(selector: JsonObject, { metadata }: KubeObject): boolean {
  try {
    return matchesLabels(selectorOf(selector), metadata.labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}
