/** An HTTP message's head as pairs, in order; names as they were written, compared without case. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** `Host` among them. */
  readonly headers: HeaderPairs;
  readonly body: Buffer;
  /** Undefined: HTTP/1.1. */
  readonly protocol?: "HTTP/2" | undefined;
  /** The protocol that the client wants to go over to: `websocket`. */
  readonly upgrade?: string | undefined;
}

/** How many bytes a proxy had from its client, and sent to it. */
export interface Bytes {
  readonly received: number;
  readonly sent: number;
}

/** A connection that goes on after its answer, in another protocol: a proxy has nothing to tell before it is over. */
export interface Tunnel {
  whenOver(tell: (bytes: Bytes) => void): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: Buffer;
  /** What comes after the body, by HTTP/2: gRPC's status. */
  readonly trailers?: HeaderPairs | undefined;
  /** With status 101. */
  readonly tunnel?: Tunnel | undefined;
}

/** What a connection gives back: an answer, nobody at the port, or an end without an answer. */
export type HttpAnswer = HttpResponse | "refused" | "reset";

/** A pod, as far as the mesh needs it. */
export interface Workload {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
  readonly serviceAccount: string;
  readonly node: string;
  /** `sidecar`: injected; `gateway`: a proxy of its own; undefined: a plain pod. */
  readonly proxy: "sidecar" | "gateway" | undefined;
  /** The Deployment or its like: `reviews-v1`. */
  readonly owner: string;
  /** Ports and ranges that its sidecar leaves alone, by the annotations `traffic.sidecar.istio.io/exclude*`. */
  readonly excluded: { readonly inbound: readonly number[]; readonly outbound: readonly number[] };
  /** When its pod began, milliseconds since the epoch; its first certificate is of then. */
  readonly startedAt?: number;
}

/** A place where a program listens. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Undefined for what is outside of the cluster. */
  readonly workload: Workload | undefined;
  readonly weight: number;
}

/** Who a peer proved to be: `spiffe://cluster.local/ns/NS/sa/SA`, by mutual TLS; `none` is TLS without a certificate of the peer's. */
export type Transport =
  | { readonly kind: "plaintext" }
  | { readonly kind: "tls"; readonly sni: string }
  | { readonly kind: "mutual"; readonly identity: string; readonly sni: string };

/** How a request reaches a workload's port. */
export interface Arrival {
  readonly transport: Transport;
  /** The other end's address. */
  readonly from: string;
  /** Undefined where it does not come from a pod. */
  readonly source: Workload | undefined;
  /** Where the client connected to, if a sidecar caught it on its way there. */
  readonly to?: Destination;
}

/** Where a client wants to go, as its connection says it. */
export interface Destination {
  /** The address that the name was resolved to. */
  readonly address: string;
  readonly port: number;
}

/** Envoy's response flags, as the access log prints them. */
export type Flag =
  | "NR"
  | "NC"
  | "UH"
  | "UF"
  | "UO"
  | "UC"
  | "UT"
  | "URX"
  | "DI"
  | "FI"
  | "DC"
  | "RL"
  | "UAEX"
  | "LR"
  | "DPE";

/** One proxy's part in a request: what its access log tells and its statistics count. */
export interface Hop {
  readonly workload: Workload;
  readonly direction: "inbound" | "outbound" | "gateway";
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** `TCP`: a whole connection; undefined: what came could not be read. */
  readonly protocol: "HTTP/1.1" | "HTTP/2" | "TCP" | undefined;
  /** What the upstream took, header `x-envoy-upstream-service-time`; undefined: none was asked. */
  readonly upstreamMs: number | undefined;
  readonly request: HttpRequest;
  /** 0: the client was cut off. */
  readonly status: number;
  readonly responseFlags: readonly Flag[];
  /** `via_upstream`, `route_not_found`, …; undefined: a connection that went well. */
  readonly details: string | undefined;
  /** Why the proxy itself ended a connection; undefined: it did not. */
  readonly termination: string | undefined;
  readonly transportFailure: string | undefined;
  readonly received: number;
  readonly sent: number;
  /** `10.244.0.9:9080` of the last try. */
  readonly upstreamHost: string | undefined;
  /** `outbound|9080|v1|reviews.default.svc.cluster.local` */
  readonly cluster: string | undefined;
  /** How often an upstream was asked. */
  readonly attempts: number;
  readonly downstream: { readonly local: string; readonly remote: string };
  readonly sni: string | undefined;
  readonly routeName: string | undefined;
  readonly transport: Transport["kind"];
}
