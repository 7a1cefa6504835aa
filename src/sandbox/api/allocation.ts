import type { AdmissionContext, FieldError, Kind } from "../kinds/index.ts";
import { deepCopy, deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";

const SERVICES = resourceKey({ group: "", plural: "services" });
/** kind's service range 10.96.0.0/16, without its first and last address. */
const SERVICE_ADDRESSES = 65_534;
const NODE_PORT_FIRST = 30_000;
const NODE_PORT_LAST = 32_767;

interface AllocationSources {
  readonly store: Store;
  readonly now: number;
  readonly random: () => number;
}

/** Addresses and ports that no stored service has; a context also remembers what it has given. */
export function admissionContext({ store, now, random }: AllocationSources): AdmissionContext {
  const services = store.list(SERVICES);
  const addresses = new Set(services.flatMap(addressesOf));
  const ports = new Set(services.flatMap(nodePortsOf));
  return {
    now,
    random,
    allocateClusterIp: () =>
      take(addresses, random, SERVICE_ADDRESSES, (at) => `10.96.${(at + 1) >> 8}.${(at + 1) & 255}`),
    allocateNodePort: () => take(ports, random, NODE_PORT_LAST - NODE_PORT_FIRST + 1, (at) => NODE_PORT_FIRST + at),
  };
}

/** A random free value: starts anywhere and goes round. */
function take<T>(taken: Set<T>, random: () => number, size: number, valueAt: (index: number) => T): T {
  const start = Math.floor(random() * size);
  for (let step = 0; step < size; step++) {
    const value = valueAt((start + step) % size);
    if (taken.has(value)) continue;
    taken.add(value);
    return value;
  }
  throw new Error("the range is full");
}

/**
 * On an update, a service keeps the addresses and ports that the client left out, and gets node ports when its type now needs them:
 * that is how `kubectl patch service -p '{"spec":{"type":"NodePort"}}'` works.
 */
export function keepAllocations(next: KubeObject, old: KubeObject, ctx: AdmissionContext): void {
  const spec: JsonObject = next.spec ?? {};
  const before: JsonObject = old.spec ?? {};
  dropOldType(spec, before);
  if (spec.type === "ExternalName") return;
  for (const field of ["ipFamilies", "ipFamilyPolicy"]) spec[field] ??= deepCopy(before[field]);
  if (before.type !== "ExternalName" && !spec.clusterIP) spec.clusterIP = before.clusterIP;
  spec.clusterIP ??= ctx.allocateClusterIp();
  spec.clusterIPs ??= [spec.clusterIP];
  // A client that writes one of the two fields means both.
  if (spec.clusterIP !== before.clusterIP && deepEqual(spec.clusterIPs, before.clusterIPs))
    spec.clusterIPs = [spec.clusterIP, ...spec.clusterIPs.slice(1)];
  for (const port of portsOf(spec)) {
    if (!needsNodePorts(spec)) delete port.nodePort;
    else port.nodePort ??= sameNodePort(port, before) ?? ctx.allocateNodePort();
  }
}

/** What only the old type could have goes with it, unless the client has changed it. */
function dropOldType(spec: JsonObject, before: JsonObject): void {
  if (spec.type === before.type) return;
  const isExternal = spec.type === "NodePort" || spec.type === "LoadBalancer";
  const stale = [
    ...(isExternal ? [] : ["externalTrafficPolicy", "healthCheckNodePort"]),
    ...(spec.type === "LoadBalancer" ? [] : ["allocateLoadBalancerNodePorts", "loadBalancerClass"]),
    ...(spec.type === "ExternalName"
      ? ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]
      : []),
  ];
  for (const field of stale) if (deepEqual(spec[field], before[field])) delete spec[field];
}

function needsNodePorts(spec: JsonObject): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}

function sameNodePort(port: JsonObject, before: JsonObject): number | undefined {
  return portsOf(before).find((other) => other.port === port.port && other.protocol === port.protocol)?.nodePort;
}

/** 422 material: an address or a port asked for that another service has. */
export function allocationErrors(service: KubeObject, store: Store): readonly FieldError[] {
  const others = store.list(SERVICES).filter((other) => !sameName(other, service));
  const takenAddresses = new Set(others.flatMap(addressesOf));
  const takenPorts = new Set(others.flatMap(nodePortsOf));
  return [
    ...addressesOf(service)
      .filter((address) => takenAddresses.has(address))
      .map((address) => ({
        type: "FieldValueInvalid" as const,
        field: "spec.clusterIPs",
        message: `Invalid value: ["${address}"]: failed to allocate IP ${address}: provided IP is already allocated`,
      })),
    ...portsOf(service.spec ?? {}).flatMap((port, index) =>
      port.nodePort && takenPorts.has(port.nodePort)
        ? [
            {
              type: "FieldValueInvalid" as const,
              field: `spec.ports[${index}].nodePort`,
              message: `Invalid value: ${port.nodePort}: provided port is already allocated`,
            },
          ]
        : [],
    ),
  ];
}

function sameName(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

function addressesOf(service: KubeObject): string[] {
  const address = service.spec?.clusterIP;
  return typeof address === "string" && address !== "" && address !== "None" ? [address] : [];
}

function nodePortsOf(service: KubeObject): number[] {
  return portsOf(service.spec ?? {}).flatMap((port) => (port.nodePort ? [port.nodePort] : []));
}

function portsOf(spec: JsonObject): JsonObject[] {
  return Array.isArray(spec.ports) ? spec.ports : [];
}

/** Whether objects of this kind hold cluster addresses and node ports. */
export function isService({ group, plural }: Kind): boolean {
  return group === "" && plural === "services";
}
