import type { Snapshot } from "../../../control/index.ts";
import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { conditionsOf, type Fault, joined } from "./conditions.ts";
import { listenerFaults, listenerStatus } from "./listeners.ts";
import { DOMAIN, deploymentName, isDeployed } from "./names.ts";

const SLICES = "discovery.k8s.io/endpointslices";

/** The status of a Gateway that istiod serves; `attached` counts the routes of each listener. */
export function gatewayStatus(
  snapshot: Snapshot,
  gateway: KubeObject,
  attached: (listener: JsonObject) => number,
): JsonObject {
  const listeners: readonly JsonObject[] = gateway.spec?.listeners ?? [];
  const served = listeners.filter((one) => {
    const { protocol, tls } = listenerFaults(snapshot, gateway, one);
    return protocol === undefined && tls === undefined;
  });
  const { hosts, fault: skipped } = servicesOf(gateway);
  const found = assigned(
    snapshot,
    gateway,
    hosts,
    served.map(({ port }) => port),
  );
  const where = found.internal.length > 0 ? `, assigned to service(s) ${joined(found.internal)}` : "";
  const wishes = {
    Accepted: { reason: "Accepted", message: "Resource accepted", fault: skipped },
    Programmed: { reason: "Programmed", message: `Resource programmed${where}`, fault: notProgrammed(hosts, found) },
  };
  const addresses = found.addresses.map((value) => ({
    type: /^[\d.]+$/.test(value) ? "IPAddress" : "Hostname",
    value,
  }));
  return {
    ...gateway.status,
    // What was reported once stays until there is another one.
    ...(addresses.length > 0 && { addresses }),
    conditions: conditionsOf(gateway.status?.conditions, wishes, gateway, snapshot.now),
    listeners: listeners.map((one) => listenerStatus(snapshot, gateway, one, attached(one))),
  };
}

/** The status of a Gateway that another cluster serves. */
export function remoteStatus(gateway: KubeObject, now: number): JsonObject {
  const wishes = {
    Accepted: { reason: "Accepted", message: "Resource accepted" },
    Programmed: { reason: "Programmed", message: "This Gateway is remote; Istio will not program it" },
  };
  return {
    ...gateway.status,
    ...(gateway.spec?.addresses && { addresses: gateway.spec.addresses }),
    conditions: conditionsOf(gateway.status?.conditions, wishes, gateway, now),
  };
}

/** The hosts of the Services that serve it. */
function servicesOf(gateway: KubeObject): { readonly hosts: readonly string[]; readonly fault: Fault | undefined } {
  const { namespace } = gateway.metadata;
  const full = (name: string): string => (name.includes(".") ? name : `${name}.${namespace}.svc.${DOMAIN}`);
  if (isDeployed(gateway)) return { hosts: [full(deploymentName(gateway))], fault: undefined };
  const addresses: readonly JsonObject[] = gateway.spec?.addresses ?? [];
  const isHost = ({ type = "IPAddress" }: JsonObject): boolean => type === "Hostname";
  const skipped = addresses.filter((one) => !isHost(one)).map(({ value }) => value);
  const message = `only Hostname is supported, ignoring [${skipped.join(" ")}]`;
  return {
    hosts: addresses.filter(isHost).map(({ value }) => full(value)),
    fault: skipped.length > 0 ? { reason: "UnsupportedAddress", message } : undefined,
  };
}

interface Assigned {
  /** `host:port` where somebody listens. */
  readonly internal: readonly string[];
  readonly addresses: readonly string[];
  readonly warnings: readonly string[];
  readonly allUsable: boolean;
}

/** Which Services are there for the ports, and under which addresses. Source: istiod's `ResolveGatewayInstances`. */
function assigned(
  snapshot: Snapshot,
  { metadata }: KubeObject,
  hosts: readonly string[],
  ports: readonly number[],
): Assigned {
  const internal = new Set<string>();
  const external = new Set<string>();
  const named = new Set<string>();
  const warnings = new Set<string>();
  let allUsable = true;
  for (const host of hosts) {
    const [name = "", namespace = metadata.namespace] = host.split(".");
    const service = host.endsWith(`.svc.${DOMAIN}`) ? snapshot.get("/services", namespace, name) : undefined;
    if (service === undefined) {
      warnings.add(`hostname "${host}" not found`);
      allUsable = false;
      continue;
    }
    const ready = readyPorts(snapshot, service);
    for (const port of ports) {
      if (!ready.has(port)) {
        warnings.add(
          ready.size === 0
            ? `no instances found for hostname "${host}"`
            : `port ${port} not found for hostname "${host}"`,
        );
        if (ready.size > 0) allUsable = false;
        continue;
      }
      internal.add(`${host}:${port}`);
      const ingress: readonly JsonObject[] = service.status?.loadBalancer?.ingress ?? [];
      for (const { ip, hostname } of ingress) external.add(ip ?? hostname);
      if (ingress.length > 0) continue;
      if (service.spec?.type === "LoadBalancer") warnings.add(`address pending for hostname "${host}"`);
      else named.add(host);
    }
  }
  const addresses = [...(external.size > 0 ? external : named)].sort();
  return { internal: [...internal].sort(), addresses, warnings: [...warnings].sort(), allUsable };
}

/** The ports of a Service that a ready endpoint stands behind. */
function readyPorts(snapshot: Snapshot, { metadata, spec }: KubeObject): ReadonlySet<number> {
  const names = snapshot
    .list(SLICES, metadata.namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === metadata.name)
    .filter(({ endpoints }) =>
      ((endpoints ?? []) as readonly JsonObject[]).some(({ conditions }) => conditions?.ready !== false),
    )
    .flatMap(({ ports }) => ((ports ?? []) as readonly JsonObject[]).map(({ name }) => name ?? ""));
  const ports: readonly JsonObject[] = spec?.ports ?? [];
  return new Set(ports.filter(({ name }) => names.includes(name ?? "")).map(({ port }) => port));
}

function notProgrammed(hosts: readonly string[], { internal, warnings, allUsable }: Assigned): Fault | undefined {
  const nothing = "Failed to assign to any requested addresses";
  if (hosts.length === 0) return { reason: "UnsupportedAddress", message: nothing };
  if (warnings.length === 0) return undefined;
  const told = warnings.join("; ");
  const some = `Assigned to service(s) ${joined(internal)}, but failed to assign to all requested addresses: ${told}`;
  return {
    reason: allUsable ? "AddressNotAssigned" : "AddressNotUsable",
    message: internal.length > 0 ? some : `${nothing}: ${told}`,
  };
}
