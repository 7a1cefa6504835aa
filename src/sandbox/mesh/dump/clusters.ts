import type { JsonObject } from "../../objects/index.ts";
import type { Balancing, Cluster, Outlier, Pool } from "../config/config.ts";
import type { InboundPort } from "../config/inventory.ts";
import type { Workload } from "../model.ts";
import type { Dumped } from "./dumped.ts";
import { any, duration, istioMetadata, loadAssignment, message, socketAddress } from "./proto.ts";

const CLUSTER = "envoy.config.cluster.v3.Cluster";
const MAX = 2 ** 32 - 1;
const CONNECT_TIMEOUT_MS = 10_000;

/** What every proxy is started with: its own statistics, its agent, and the sockets of certificates and configuration. */
export const STATIC_PLACES: Readonly<Record<string, JsonObject>> = {
  prometheus_stats: socketAddress("127.0.0.1", 15000),
  agent: socketAddress("127.0.0.1", 15020),
  "sds-grpc": { pipe: { path: "./var/run/secrets/workload-spiffe-uds/socket" } },
  "xds-grpc": { pipe: { path: "./etc/istio/proxy/XDS" } },
};

/** Clusters of the bootstrap, which nobody sends. */
export function staticClusters(): readonly JsonObject[] {
  return Object.entries(STATIC_PLACES).map(([name, address]) =>
    any(CLUSTER, {
      name,
      type: "STATIC",
      connect_timeout: name.endsWith("-grpc") ? "1s" : "0.250s",
      load_assignment: loadAssignment(name, [address]),
    }),
  );
}

/** Clusters that istiod sends to a proxy. */
export function sentClusters({ config, proxy, inventory }: Dumped): readonly JsonObject[] {
  const outbound = inventory.clusters.flatMap((name) => config.cluster(name, proxy) ?? []);
  const isGateway = proxy.proxy === "gateway";
  return [
    ...outbound.map((cluster) => any(CLUSTER, outboundCluster(cluster))),
    ...(isGateway ? [] : inventory.inbound.map((one) => any(CLUSTER, inboundCluster(one, proxy)))),
    any(CLUSTER, { name: "BlackHoleCluster", type: "STATIC", connect_timeout: duration(CONNECT_TIMEOUT_MS) }),
    ...(isGateway ? [] : ["InboundPassthroughCluster", "PassthroughCluster"].map(passthrough)),
  ];
}

function outboundCluster(cluster: Cluster): JsonObject {
  const { name, host, port, subset, type } = cluster;
  const isEds = type === "EDS";
  const [service = "", namespace = ""] = host.split(".");
  const services = host.endsWith(".svc.cluster.local") ? [{ host, name: service, namespace }] : [{ host, name: host }];
  return message({
    name,
    type,
    eds_cluster_config: isEds
      ? { eds_config: { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" }, service_name: name }
      : undefined,
    connect_timeout: duration(cluster.connectTimeoutMs),
    load_assignment:
      type === "STRICT_DNS"
        ? loadAssignment(
            name,
            cluster.endpoints.map((one) => socketAddress(one.address, one.port)),
          )
        : undefined,
    lb_policy: balancingPolicy(cluster.balancing, type),
    max_requests_per_connection: finite(cluster.pool.maxRequestsPerConnection),
    circuit_breakers: { thresholds: [thresholds(cluster.pool)] },
    outlier_detection: cluster.outlier && outlierDetection(cluster.outlier),
    common_lb_config:
      cluster.outlier && message({ healthy_panic_threshold: percent(cluster.outlier.minHealthPercent) }),
    transport_socket_matches: cluster.tls.kind === "auto" ? autoTls(cluster) : undefined,
    transport_socket: transportSocket(cluster),
    metadata: istioMetadata(cluster.origin, message({ default_original_port: port, subset, services })),
    filters: [{ name: "istio.metadata_exchange" }],
  });
}

/** Envoy's name of a policy; its default, ROUND_ROBIN, is not printed. */
function balancingPolicy(balancing: Balancing, type: Cluster["type"]): string | undefined {
  if (type === "ORIGINAL_DST") return "CLUSTER_PROVIDED";
  if (balancing.kind === "HASH") return "RING_HASH";
  if (balancing.kind === "PASSTHROUGH") return "CLUSTER_PROVIDED";
  return balancing.kind === "ROUND_ROBIN" ? undefined : balancing.kind;
}

/** A cluster's limits; none is the largest number there is. */
export function thresholds(pool: Pool): JsonObject {
  return {
    max_connections: Math.min(pool.maxConnections, MAX),
    max_pending_requests: Math.min(pool.maxPending, MAX),
    max_requests: Math.min(pool.maxRequests, MAX),
    max_retries: Math.min(pool.maxRetries, MAX),
    track_remaining: true,
  };
}

function outlierDetection(outlier: Outlier): JsonObject {
  return message({
    consecutive_5xx: outlier.consecutive5xx,
    interval: duration(outlier.intervalMs),
    base_ejection_time: duration(outlier.baseEjectionMs),
    max_ejection_percent: outlier.maxEjectionPercent,
    enforcing_consecutive_5xx: outlier.consecutive5xx > 0 ? 100 : 0,
    enforcing_success_rate: 0,
    consecutive_gateway_failure: outlier.consecutiveGateway || undefined,
    enforcing_consecutive_gateway_failure: outlier.consecutiveGateway > 0 ? 100 : undefined,
    split_external_local_origin_errors: outlier.consecutiveLocal > 0 || undefined,
    consecutive_local_origin_failure: outlier.consecutiveLocal || undefined,
  });
}

function percent(value: number): JsonObject {
  return value === 0 ? {} : { value };
}

function autoTls(cluster: Cluster): readonly JsonObject[] {
  return [
    { name: "tlsMode-istio", match: { tlsMode: "istio" }, transport_socket: mutualTls(cluster) },
    {
      name: "tlsMode-disabled",
      match: {},
      transport_socket: {
        name: "envoy.transport_sockets.raw_buffer",
        typed_config: any("envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer", {}),
      },
    },
  ];
}

function transportSocket(cluster: Cluster): JsonObject | undefined {
  if (cluster.tls.kind === "istio-mutual") return mutualTls(cluster);
  return cluster.tls.kind === "simple" ? tlsSocket(message({ sni: cluster.tls.sni })) : undefined;
}

/** The mesh's own certificates, and the name by which the other side knows the cluster. */
function mutualTls({ name, host, port, subset = "" }: Cluster): JsonObject {
  const source = (sds: string): JsonObject => ({
    name: sds,
    sds_config: {
      api_config_source: { api_type: "GRPC", grpc_services: [{ envoy_grpc: { cluster_name: "sds-grpc" } }] },
    },
  });
  return tlsSocket({
    common_tls_context: {
      tls_certificate_sds_secret_configs: [source("default")],
      combined_validation_context: {
        default_validation_context: {},
        validation_context_sds_secret_config: source("ROOTCA"),
      },
      alpn_protocols: ["istio-peer-exchange", "istio"],
    },
    sni: name.startsWith("outbound") ? `outbound_.${port}_.${subset}_.${host}` : host,
  });
}

function tlsSocket(context: JsonObject): JsonObject {
  const typed_config = any("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", context);
  return { name: "envoy.transport_sockets.tls", typed_config };
}

function inboundCluster({ port, host, servicePort }: InboundPort, proxy: Workload): JsonObject {
  const [name = ""] = host.split(".");
  return {
    name: `inbound|${port}||`,
    type: "ORIGINAL_DST",
    connect_timeout: duration(CONNECT_TIMEOUT_MS),
    lb_policy: "CLUSTER_PROVIDED",
    circuit_breakers: { thresholds: [UNLIMITED] },
    upstream_bind_config: { source_address: { address: "127.0.0.6", port_value: 0 } },
    metadata: istioMetadata(undefined, {
      services: [{ host, name, namespace: proxy.namespace }],
      default_original_port: servicePort,
    }),
  };
}

const UNLIMITED: JsonObject = thresholds({
  maxConnections: MAX,
  maxPending: MAX,
  maxRequests: MAX,
  maxRetries: MAX,
  maxRequestsPerConnection: MAX,
});

function passthrough(name: string): JsonObject {
  const inbound = name.startsWith("Inbound");
  return any(
    CLUSTER,
    message({
      name,
      type: "ORIGINAL_DST",
      connect_timeout: duration(CONNECT_TIMEOUT_MS),
      lb_policy: "CLUSTER_PROVIDED",
      circuit_breakers: { thresholds: [UNLIMITED] },
      upstream_bind_config: inbound ? { source_address: { address: "127.0.0.6", port_value: 0 } } : undefined,
    }),
  );
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
