import { announcer } from "../metallb/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { ipv4, isInBlock } from "./addresses.ts";
import type { Affinity } from "./affinity.ts";
import { type Endpoint, endpointsOf, holds } from "./endpoints.ts";
import { isAllowed } from "./policy.ts";
import {
  HOST_ADDRESS,
  NODE_ON_PODS,
  nodeAddresses,
  nodeOf,
  nodeSeenBy,
  type Objects,
  placed,
  type Source,
} from "./source.ts";

/** A connection as it is asked for. */
export interface Trip {
  readonly source: Source;
  /** An IPv4 address: names are asked for before. */
  readonly address: string;
  readonly port: number;
  /** Whether somebody outside of the cluster has the address. */
  readonly isOutside?: boolean;
}

/** What a choice among endpoints goes by. */
export interface Choice {
  readonly random: () => number;
  readonly affinity: Affinity;
  /** Milliseconds. */
  readonly now: number;
}

/** Where a connection ends: at a pod's port, on a node itself, outside, or nowhere, as the network says it. */
export type Way =
  | {
      readonly kind: "pod";
      readonly pod: KubeObject;
      readonly port: number;
      /** The client's address as the pod sees it. */
      readonly from: string;
    }
  | { readonly kind: "node"; readonly address: string; readonly port: number; readonly from: string }
  /** On the internet, which sees the machine's own address. */
  | { readonly kind: "outside"; readonly address: string; readonly port: number; readonly from: string }
  /** `refused`: reset at once. `unreachable`: no route to host. `filtered`: nobody ever answers. */
  | { readonly kind: "refused" | "unreachable" | "filtered" };

/** What kind's network has in Docker. */
const NODES_NETWORK = "172.18.0.0/16";
const REFUSED: Way = { kind: "refused" };
const UNREACHABLE: Way = { kind: "unreachable" };
const FILTERED: Way = { kind: "filtered" };

/**
 * The way of one TCP connection by the rules of kube-proxy (iptables), kindnet and MetalLB. Each connection to a service
 * goes to any of its endpoints by chance. The host is on the nodes' network alone: it reaches load-balancer addresses that
 * a speaker answers for, node ports and external addresses that are a node's; a pod's or a service's own address is not
 * reachable from there, as on Linux with kind.
 */
export function route(objects: Objects, trip: Trip, choice: Choice): Way {
  const source = placed(trip.source);
  const { address, port } = trip;
  if (ipv4(address) === undefined) return UNREACHABLE;
  if (address.startsWith("127.")) return loopback(trip);
  const service = serviceAt(objects, source, address, port);
  if (typeof service === "string") return { kind: service };
  if (service !== undefined) return toService(objects, source, service, choice);
  if (trip.isOutside) return toOutside(objects, source, { address, port });
  if (source.kind === "host" && !isNode(objects, address)) return UNREACHABLE;
  return toAddress(objects, source, { address, port });
}

/** The way to a service's port whatever its addresses are: a door that the sandbox opens for a browser. */
export function routeToService(objects: Objects, service: KubeObject, port: string | undefined, choice: Choice): Way {
  const ports = portsOf(service);
  const wanted = port === undefined ? ports[0] : ports.find((one) => one.name === port || String(one.port) === port);
  if (wanted === undefined) return REFUSED;
  return toService(objects, { kind: "node" }, { service, port: wanted, by: "cluster" }, choice);
}

/** In a pod it is the pod itself, on a node whatever listens there. The machine's own is none of the cluster's. */
function loopback({ source, address, port }: Trip): Way {
  if (source.kind !== "pod")
    return source.kind === "node" ? { kind: "node", address, port, from: address } : UNREACHABLE;
  if (source.pod.spec?.hostNetwork === true) return { kind: "node", address, port, from: "127.0.0.1" };
  return { kind: "pod", pod: source.pod, port, from: "127.0.0.1" };
}

interface Found {
  readonly service: KubeObject;
  readonly port: JsonObject;
  /** `outside`: by an address or a port that is there for those outside of the cluster. */
  readonly by: "cluster" | "outside";
  /** The node where the host comes in. */
  readonly entry?: string | undefined;
}

function serviceAt(
  objects: Objects,
  source: Source,
  address: string,
  port: number,
): Found | "refused" | "unreachable" | "filtered" | undefined {
  const services = objects.list("/services").filter(({ spec }) => spec?.type !== "ExternalName");
  const isHost = source.kind === "host";
  const own = isHost ? undefined : services.find(({ spec }) => spec?.clusterIP === address);
  if (own !== undefined) {
    const found = tcpPort(own, (one) => one.port === port);
    // No rule of kube-proxy's is for it, and nobody on the way knows the address.
    return found === undefined ? "filtered" : { service: own, port: found, by: "cluster" };
  }
  const balanced = services.find((one) => balancerAddresses(one).includes(address));
  if (balanced !== undefined) {
    const speaker = isHost ? announcer(objects, address) : undefined;
    if (isHost && speaker === undefined) return "unreachable";
    const found = tcpPort(balanced, (one) => one.port === port);
    // Past the service's ports it is the node that is asked, where nothing listens.
    if (found === undefined) return isHost ? "refused" : "unreachable";
    const ranges: readonly string[] = balanced.spec?.loadBalancerSourceRanges ?? [];
    const from = addressOf(source);
    if (ranges.length > 0 && !ranges.some((block) => isInBlock(from, block))) return "filtered";
    // A speaker answers for a service with local endpoints only where it has some.
    const isLocal = balanced.spec?.externalTrafficPolicy === "Local";
    return { service: balanced, port: found, by: "outside", entry: isLocal ? undefined : speaker };
  }
  const node = nodeWith(objects, address);
  const isNodes = node !== undefined;
  const entry = isHost ? node?.metadata.name : undefined;
  for (const service of services) {
    const hasAddress = (service.spec?.externalIPs ?? []).includes(address) && (!isHost || isNodes);
    const found =
      (hasAddress ? tcpPort(service, (one) => one.port === port) : undefined) ??
      (isNodes ? tcpPort(service, (one) => one.nodePort === port) : undefined);
    if (found !== undefined) return { service, port: found, by: "outside", entry };
  }
  return undefined;
}

/** What is not TCP is not there for a TCP connection. */
function tcpPort(service: KubeObject, isWanted: (port: JsonObject) => boolean): JsonObject | undefined {
  return portsOf(service).find((one) => (one.protocol ?? "TCP") === "TCP" && isWanted(one));
}

function toService(objects: Objects, source: Source, { service, port, by, entry }: Found, choice: Choice): Way {
  const all = endpointsOf(objects, service, port.name ?? "");
  if (all.length === 0) return REFUSED;
  const { spec } = service;
  const isLocal = by === "cluster" ? spec?.internalTrafficPolicy === "Local" : spec?.externalTrafficPolicy === "Local";
  // Whoever is in the cluster does not leave it: external addresses are short-circuited to all endpoints.
  const asksNode = isLocal && (by === "cluster" || source.kind === "host");
  const usable = asksNode ? all.filter(({ nodeName }) => isOn(objects, entry ?? nodeOf(source), nodeName)) : all;
  if (usable.length === 0) return FILTERED;
  const endpoint = chosen(usable, service, port, addressOf(source), choice);
  const isSelf = source.kind === "pod" && source.pod.metadata.uid === endpoint.pod?.metadata.uid;
  const isMasked = isSelf || source.kind === "node" || (by === "outside" && !isLocal);
  return ended(objects, source, endpoint, isMasked ? { by: entry ?? nodeOf(source) } : undefined);
}

function chosen(
  usable: readonly Endpoint[],
  { metadata, spec }: KubeObject,
  port: JsonObject,
  client: string,
  { random, affinity, now }: Choice,
): Endpoint {
  const any = usable[Math.floor(random() * usable.length)] as Endpoint;
  if (spec?.sessionAffinity !== "ClientIP") return any;
  const key = `${metadata.uid}/${port.port}/${client}`;
  const before = affinity.recall(key, now, spec.sessionAffinityConfig?.clientIP?.timeoutSeconds);
  const endpoint = usable.find(({ address }) => address === before) ?? any;
  affinity.keep(key, endpoint.address, now);
  return endpoint;
}

function isOn(objects: Objects, place: string | undefined, nodeName: string | undefined): boolean {
  const nodes = objects.list("/nodes");
  const own = place ?? (nodes.length === 1 ? nodes[0]?.metadata.name : undefined);
  return own === undefined || nodeName === undefined || nodeName === own;
}

function toAddress(objects: Objects, source: Source, { address, port }: { address: string; port: number }): Way {
  const pod = objects.list("/pods").find((one) => holds(one, address));
  const endpoint = { address, port, pod, nodeName: undefined, hostname: undefined };
  return ended(objects, source, endpoint, source.kind === "node" ? { by: source.name } : undefined);
}

function toOutside(objects: Objects, source: Source, to: { address: string; port: number }): Way {
  const from = { address: addressOf(source), pod: source.kind === "pod" ? source.pod : undefined };
  const at = { address: to.address, pod: undefined };
  if (from.pod !== undefined && !isAllowed(objects, { from, to: at, port: to.port, protocol: "TCP" })) return FILTERED;
  return { kind: "outside", ...to, from: HOST_ADDRESS };
}

/** The last part of the way, past the policies. What a node masks, as a pod's way to itself by a service, comes from there. */
function ended(
  objects: Objects,
  source: Source,
  { address, port, pod }: Endpoint,
  mask: { readonly by: string | undefined } | undefined,
): Way {
  const isOwn = pod !== undefined && pod.spec?.hostNetwork !== true;
  // Nobody answers for an address of the nodes' own network; elsewhere it is asked in vain.
  if (!isOwn && !isNode(objects, address)) return isInBlock(address, NODES_NETWORK) ? UNREACHABLE : FILTERED;
  const client = { address: addressOf(source), pod: source.kind === "pod" ? source.pod : undefined };
  const to = { address, pod: isOwn ? pod : undefined };
  if (source.kind !== "node" && !isAllowed(objects, { from: client, to, port, protocol: "TCP" })) return FILTERED;
  if (!isOwn) return { kind: "node", address, port, from: client.address };
  return { kind: "pod", pod, port, from: mask ? nodeSeenBy(objects, pod, mask.by) : client.address };
}

/** The source's address before anything masks it. */
function addressOf(source: Source): string {
  if (source.kind === "pod") return String(source.pod.status?.podIP ?? "");
  return source.kind === "host" ? HOST_ADDRESS : NODE_ON_PODS;
}

function isNode(objects: Objects, address: string): boolean {
  return nodeWith(objects, address) !== undefined;
}

function nodeWith(objects: Objects, address: string): KubeObject | undefined {
  return objects.list("/nodes").find((node) => nodeAddresses(node).includes(address));
}

function portsOf({ spec }: KubeObject): readonly JsonObject[] {
  return spec?.ports ?? [];
}

function balancerAddresses({ status }: KubeObject): readonly unknown[] {
  return ((status?.loadBalancer?.ingress ?? []) as JsonObject[]).map(({ ip }) => ip);
}
