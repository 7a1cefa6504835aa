import type { Endpoint, Workload } from "../model.ts";
import type { ProxyInventory } from "./inventory.ts";
import type { Origin } from "./origin.ts";
import type { InboundPolicy } from "./policy.ts";

/**
 * What the proxies were told: routes, clusters and policies, made from the cluster's objects as istiod makes them. All of
 * it is data that does not change; another set of objects gives another configuration.
 */
export interface MeshConfig {
  /** Whose policies hold for all: `istio-system`. */
  readonly rootNamespace: string;
  /** `cluster.local` */
  readonly trustDomain: string;
  /** Whether the proxy of a workload writes one. */
  readonly accessLog: (workload: Workload) => boolean;
  readonly accessLogForm: AccessLogForm;
  /** The workload at an address; pods on the node's own network have none of their own. */
  workloadAt(address: string): Workload | undefined;
  /** What a sidecar does with a connection of its workload to an address and port. */
  outbound(source: Workload, address: string, port: number): OutboundListener;
  /** What a gateway does on one of its own ports; undefined: the port is closed. */
  gateway(gateway: Workload, port: number): GatewayListener | undefined;
  /** What the proxy before a workload's port asks of who comes. */
  inbound(workload: Workload, port: number): InboundPolicy;
  /** By its name, `outbound|9080|v1|reviews.default.svc.cluster.local`; undefined: no such cluster (flag NC). */
  cluster(name: string, source: Workload): Cluster | undefined;
  /** Everything that a proxy was told, for those who ask it what it knows. */
  inventory(proxy: Workload): ProxyInventory<OutboundListener>;
}

/** How an access log's lines look; without a format they are Istio's own. */
export interface AccessLogForm {
  readonly encoding: "TEXT" | "JSON";
  readonly format: string | undefined;
}

export type OutboundListener =
  | {
      readonly kind: "http";
      readonly routes: RouteTable;
      readonly unknown: UnknownHost;
      /** Where a connection goes that turns out not to be HTTP, if the port's protocol is looked for. */
      readonly tcp: readonly TcpRoute[];
    }
  /** A whole connection, by the first route that takes it; else as for what nobody knows. */
  | { readonly kind: "tcp"; readonly routes: readonly TcpRoute[]; readonly unknown: UnknownHost }
  /** Nobody knows the address: the policy for what is outside decides. */
  | { readonly kind: "unknown"; readonly policy: UnknownHost };

/** What becomes of a host that the mesh does not know: on as it is, or an end. */
export type UnknownHost = "passthrough" | "blackhole";

export interface GatewayListener {
  readonly kind: "http" | "https" | "tls-passthrough" | "tcp";
  /** `http.8080` */
  readonly name: string;
  readonly routes: RouteTable;
  readonly tcp: readonly TcpRoute[];
  /** By server name; undefined where the port speaks no TLS. */
  readonly tls?: readonly GatewayCertificate[];
}

export interface GatewayCertificate {
  readonly hosts: readonly string[];
  /** What those see who ask for this server by its name in TLS: hosts of other servers are not among it. */
  readonly routes: RouteTable;
  readonly mode: "SIMPLE" | "MUTUAL" | "OPTIONAL_MUTUAL" | "ISTIO_MUTUAL";
  /** The Secret's name, as `credentialName` has it; undefined: files of the proxy's own. */
  readonly secret?: string | undefined;
  /** PEM, out of the Secret that `credentialName` names; undefined: there is none, and no handshake ends well but one of the mesh's own (`ISTIO_MUTUAL`). */
  readonly credential: { readonly certificate: string; readonly key: string; readonly authority?: string } | undefined;
}

/** The virtual hosts of one listener; the most specific domain wins. */
export interface RouteTable {
  /** `9080`, `http.8080` */
  readonly name: string;
  readonly hosts: readonly VirtualHost[];
  /** The virtual host for an authority, whose port is ignored. */
  find(authority: string): VirtualHost | undefined;
}

export interface VirtualHost {
  /** `reviews.default.svc.cluster.local:9080` */
  readonly name: string;
  readonly domains: readonly string[];
  /** The first that matches decides. */
  readonly routes: readonly Route[];
}

export interface Route {
  /** As the access log says: the rule's name, `default` where no VirtualService has a say, else undefined. */
  readonly name: string | undefined;
  readonly origin: Origin | undefined;
  /** One of them must hold; none: every request. */
  readonly matches: readonly RequestMatch[];
  readonly action: RouteAction;
  readonly fault: Fault | undefined;
  /** Milliseconds; undefined: no limit. */
  readonly timeoutMs: number | undefined;
  readonly retries: RetryPolicy;
  readonly mirrors: readonly Mirror[];
  readonly rewrite: { readonly path?: PathRewrite; readonly authority?: string };
  readonly headers: HeaderChanges;
  readonly cors: CorsPolicy | undefined;
}

export type RouteAction =
  | {
      readonly kind: "forward";
      readonly destinations: readonly WeightedCluster[];
      /** What is answered when there is no such cluster: 503 if it is not said. */
      readonly missingStatus?: number;
    }
  | {
      readonly kind: "redirect";
      readonly status: number;
      readonly scheme?: string;
      readonly authority?: string;
      readonly path?: PathRewrite;
      readonly port?: number;
    }
  | { readonly kind: "direct"; readonly status: number; readonly body: string };

/** A rewrite of the whole path, of the matched prefix, or by an expression. */
export type PathRewrite =
  | { readonly kind: "full"; readonly to: string }
  | { readonly kind: "prefix"; readonly to: string }
  | { readonly kind: "regex"; readonly match: string; readonly to: string };

export interface WeightedCluster {
  readonly cluster: string;
  readonly weight: number;
  readonly headers: HeaderChanges;
}

export interface HeaderChanges {
  readonly request: HeaderOperations;
  readonly response: HeaderOperations;
}

export interface HeaderOperations {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/** All of its conditions must hold. */
export interface RequestMatch {
  /** Undefined: any path. `prefix` is of text, `segment` of whole path parts (Gateway API). */
  readonly path:
    | (StringMatch & { readonly ignoreCase?: boolean })
    | { readonly kind: "segment"; readonly value: string }
    | undefined;
  readonly method: StringMatch | undefined;
  readonly authority: StringMatch | undefined;
  readonly scheme: StringMatch | undefined;
  readonly headers: readonly (readonly [name: string, match: StringMatch])[];
  readonly withoutHeaders: readonly (readonly [name: string, match: StringMatch])[];
  readonly query: readonly (readonly [name: string, match: StringMatch])[];
}

export type StringMatch =
  | { readonly kind: "exact" | "prefix"; readonly value: string }
  /** Of the whole text, by an engine without catastrophes. */
  | { readonly kind: "regex"; readonly value: string }
  | { readonly kind: "present" };

export interface Fault {
  readonly delay: { readonly ms: number; readonly percent: number } | undefined;
  readonly abort: { readonly status: number; readonly grpc?: string; readonly percent: number } | undefined;
}

export interface RetryPolicy {
  /** Tries after the first. */
  readonly attempts: number;
  /** `5xx`, `connect-failure`, …, as Envoy names them. */
  readonly on: readonly string[];
  readonly statuses: readonly number[];
  readonly perTryMs: number | undefined;
  /** First pause; it doubles, with chance, up to ten times of it. */
  readonly backoffMs: number;
}

export interface Mirror {
  readonly cluster: string;
  readonly percent: number;
}

export interface CorsPolicy {
  readonly origins: readonly StringMatch[];
  readonly methods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly credentials: boolean;
}

export interface TcpRoute {
  /** Server names, `*` for all; undefined: whatever comes. */
  readonly sni: readonly string[] | undefined;
  readonly destinations: readonly WeightedCluster[];
}

/** A set of endpoints and how to talk to them. */
export interface Cluster {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly subset: string | undefined;
  /** Where in the Istio registry it comes from. */
  readonly type: "EDS" | "STRICT_DNS" | "STATIC" | "ORIGINAL_DST";
  readonly origin: Origin | undefined;
  /** Ready ones. */
  readonly endpoints: readonly Endpoint[];
  readonly balancing: Balancing;
  readonly pool: Pool;
  readonly outlier: Outlier | undefined;
  readonly tls: UpstreamTls;
  readonly connectTimeoutMs: number;
  /** All of the above but the endpoints, as a text: where it changes, proxies begin the cluster anew. */
  readonly settings: string;
}

export type Balancing =
  | { readonly kind: "ROUND_ROBIN" | "RANDOM" | "LEAST_REQUEST" | "PASSTHROUGH" }
  | { readonly kind: "HASH"; readonly by: HashKey };

export type HashKey =
  | { readonly kind: "header" | "query"; readonly name: string }
  | {
      readonly kind: "cookie";
      readonly name: string;
      readonly path: string | undefined;
      readonly ttlSeconds: number | undefined;
    }
  | { readonly kind: "source" };

/** Limits; Infinity where there is none. */
export interface Pool {
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  readonly maxRequestsPerConnection: number;
}

export interface Outlier {
  /** 0: does not count. */
  readonly consecutive5xx: number;
  readonly consecutiveGateway: number;
  readonly consecutiveLocal: number;
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionPercent: number;
  readonly minHealthPercent: number;
}

/** `auto`: mutual where the endpoint has a sidecar, else plaintext. */
export type UpstreamTls =
  | { readonly kind: "auto" | "disable" | "istio-mutual" }
  | { readonly kind: "simple"; readonly sni: string | undefined };
