import type { Cluster } from "../config.ts";
import { milliseconds } from "../duration.ts";
import { hasLabels, type Labels } from "../labels.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { Places } from "../registry/endpoints.ts";
import type { ServiceLookup } from "../registry/registry.ts";
import type { MeshService, ServicePort } from "../registry/service.ts";
import { type DestinationRule, destinationRuleFor } from "./destination-rules.ts";
import { balancingOf, outlierOf, policyFor, poolOf, tlsOf } from "./traffic-policy.ts";

/** A client, as far as clusters differ by it. */
export interface Client {
  readonly namespace: string;
  readonly labels: Labels;
  readonly isGateway: boolean;
  readonly services: ServiceLookup;
}

/** All of a cluster but its endpoints, which come and go. */
export interface ClusterShape {
  readonly service: MeshService;
  readonly port: ServicePort;
  /** Labels of the endpoints that belong to it. */
  readonly labels: Labels;
  readonly cluster: Omit<Cluster, "endpoints">;
}

/** The cluster of a name as a client has it; undefined where host, port or subset are not known to it. */
export function clusterShape(
  name: string,
  client: Client,
  rules: ReadonlyMap<string, readonly DestinationRule[]>,
  options: MeshOptions,
): ClusterShape | undefined {
  const [direction, number, subset = "", host = ""] = name.split("|");
  const service = direction === "outbound" ? client.services.get(host) : undefined;
  const port = service?.ports.find((one) => one.number === Number(number));
  if (service === undefined || port === undefined) return undefined;
  const rule = destinationRuleFor(rules, service, client, options.rootNamespace);
  const chosen = rule?.subsets.find((one) => one.name === subset);
  if (subset !== "" && chosen === undefined) return undefined;
  const policy = policyFor(rule?.policy, chosen?.trafficPolicy, port.number);
  const balancing = balancingOf(policy.loadBalancer);
  const connectTimeout = milliseconds(policy.connectionPool?.tcp?.connectTimeout);
  const labels = chosen?.labels ?? {};
  const cluster: Omit<Cluster, "endpoints" | "settings"> = {
    name,
    host: service.host,
    port: port.number,
    subset: subset === "" ? undefined : subset,
    type: balancing.kind === "PASSTHROUGH" && !client.isGateway ? "ORIGINAL_DST" : typeOf(service, client),
    origin: rule?.origin,
    balancing,
    pool: poolOf(policy.connectionPool),
    outlier: outlierOf(policy.outlierDetection),
    tls: tlsOf(policy.tls, { kind: options.autoMutualTls && !service.isExternal ? "auto" : "disable" }),
    connectTimeoutMs: connectTimeout ?? options.connectTimeoutMs,
  };
  return { service, port, labels, cluster: { ...cluster, settings: JSON.stringify(cluster) } };
}

/** How the proxy finds endpoints. A gateway has no original destination to go on to. Source: istiod's `convertResolution`. */
function typeOf({ resolution }: MeshService, { isGateway }: Client): Cluster["type"] {
  if (resolution === "dns") return "STRICT_DNS";
  if (resolution === "headless" || resolution === "none") return isGateway ? "EDS" : "ORIGINAL_DST";
  return "EDS";
}

/** Places of a cluster that are there and not ready. */
export function unreadyPlaces({ service, port, labels }: ClusterShape, places: Places): Cluster["endpoints"] {
  return places
    .unready(service, port)
    .filter((one) => hasLabels(labels, one.labels))
    .map(({ endpoint }) => endpoint);
}

/** The cluster with those endpoints that are ready now. */
export function clusterOf({ cluster, service, port, labels }: ClusterShape, places: Places): Cluster {
  const placed = places.of(service, port).filter((one) => one.endpoint.weight > 0 && hasLabels(labels, one.labels));
  return { ...cluster, endpoints: placed.map(({ endpoint }) => endpoint) };
}
