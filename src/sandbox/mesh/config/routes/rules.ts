import type { Route, TcpRoute } from "../config.ts";
import type { Labels } from "../labels.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { Origin } from "../origin.ts";
import type { ServiceLookup } from "../registry/registry.ts";
import type { MeshService } from "../registry/service.ts";

/** For whom and where a rule is made into routes. */
export interface RuleContext {
  /** What the proxy that routes knows. */
  readonly services: ServiceLookup;
  readonly proxy: { readonly namespace: string; readonly labels: Labels };
  /** `mesh`, or the gateway as `namespace/name`. */
  readonly gateway: string;
  /** The port that clients ask for: a Service's, a Gateway server's. */
  readonly port: number;
  readonly options: MeshOptions;
}

/** What a VirtualService, or the routes of the Gateway API for one host, say about hosts. */
export interface HostRules {
  readonly origin: Origin;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** `mesh`, `namespace/name` */
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[];
  /** The hosts that its routes lead to. */
  readonly destinations: readonly string[];
  /** In the order of their age. */
  http(context: RuleContext): readonly Route[];
  tls(context: RuleContext): readonly TcpRoute[];
  tcp(context: RuleContext): readonly TcpRoute[];
}

/** `outbound|9080|v1|reviews.default.svc.cluster.local` */
export function clusterName(host: string, port: number, subset = ""): string {
  return `outbound|${port}|${subset}|${host}`;
}

/** The cluster that a destination names. Without a port it is the service's only one, else the one that was asked for. */
export function destinationCluster(
  { services, port }: Pick<RuleContext, "services" | "port">,
  host: string,
  destination: { readonly port: number | undefined; readonly subset: string | undefined },
): string {
  const service: MeshService | undefined = services.get(host);
  const only = service?.ports.length === 1 ? service.ports[0]?.number : undefined;
  return clusterName(service?.host ?? host, destination.port ?? only ?? port, destination.subset);
}
