import type { Cluster, MeshConfig } from "./config/config.ts";
import { header } from "./headers.ts";
import type { Hop, Workload } from "./model.ts";
import { identityOf } from "./security/identity.ts";
import type { ClusterState, MeshState } from "./state.ts";

/** What a proxy has seen: by the proxy's uid and the name of one of Istio's standard metrics with its labels. */
export type RequestCounts = Map<string, Map<string, number>>;

type Labels = Readonly<Record<string, string>>;

const UNKNOWN = "unknown";

/**
 * Counts a proxy's part in a request as Istio's metric `istio_requests_total` does, and a connection that is over by
 * `istio_tcp_*`; what could not be read is neither.
 */
export function countRequest(counts: RequestCounts, hop: Hop, config: MeshConfig): void {
  const isRefused = hop.protocol === "TCP" && hop.responseFlags.includes("NR");
  if (hop.protocol === undefined || isRefused) return;
  const labels = Object.entries(requestLabels(hop, config))
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`)
    .join(",");
  const own = counts.get(hop.workload.uid) ?? new Map<string, number>();
  for (const [metric, by] of metricsOf(hop)) {
    const key = `${metric}{${labels}}`;
    own.set(key, (own.get(key) ?? 0) + by);
  }
  counts.set(hop.workload.uid, own);
}

function metricsOf({ protocol, received, sent }: Hop): readonly (readonly [metric: string, by: number])[] {
  if (protocol !== "TCP") return [["istio_requests_total", 1]];
  return [
    ["istio_tcp_connections_closed_total", 1],
    ["istio_tcp_connections_opened_total", 1],
    ["istio_tcp_received_bytes_total", received],
    ["istio_tcp_sent_bytes_total", sent],
  ];
}

/** A proxy's metrics as Prometheus reads them, `:15020/stats/prometheus`. */
export function prometheusText(counts: RequestCounts, proxy: Workload): string {
  const lines = [...(counts.get(proxy.uid) ?? [])].map(([key, count]) => `${key} ${count}\n`).sort();
  let before: string | undefined;
  return lines
    .map((line) => {
      const metric = line.slice(0, line.indexOf("{"));
      const isNew = metric !== before;
      before = metric;
      return isNew ? `# TYPE ${metric} counter\n${line}` : line;
    })
    .join("");
}

/** Counters that every cluster has, though nothing was counted yet. */
const COUNTERS = [
  "upstream_rq_pending_failure_eject",
  "upstream_rq_pending_overflow",
  "upstream_rq_pending_total",
  "upstream_rq_retry",
  "upstream_rq_retry_overflow",
  "upstream_rq_timeout",
  "upstream_rq_total",
];

/**
 * A proxy's statistics at a time (milliseconds since the epoch) as Envoy prints them, one a line and sorted. Only names that
 * `includes` takes are kept by a proxy at all: of its clusters, by default, none.
 */
export function statsText(
  state: MeshState,
  config: MeshConfig,
  proxy: Workload,
  now: number,
  includes: (name: string) => boolean,
): string {
  const prefix = `${proxy.uid} `;
  const lines: string[] = [];
  for (const [key, own] of state.clusters) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    for (const [stat, value] of clusterStats(own, config.cluster(name, proxy), now)) {
      // Since cluster names hold dots themselves, `;` ends them.
      const full = `cluster.${name};.${stat}`;
      if (includes(full)) lines.push(`${full}: ${value}\n`);
    }
  }
  return lines.sort().join("");
}

function clusterStats(own: ClusterState, cluster: Cluster | undefined, now: number): ReadonlyMap<string, number> {
  const stats = new Map<string, number>(COUNTERS.map((name) => [name, 0]));
  for (const [name, value] of own.counters) stats.set(name, value);
  stats.set("upstream_rq_active", own.active);
  stats.set("upstream_rq_pending_active", own.queue.length);
  const out = [...own.endpoints.values()].filter((one) => one.ejectedUntil > now).length;
  stats.set("outlier_detection.ejections_active", cluster?.outlier === undefined ? 0 : out);
  if (cluster !== undefined) {
    const { maxConnections, maxPending } = cluster.pool;
    const left = Math.min(maxPending, 2 ** 32 - 1) - own.queue.length;
    stats.set("circuit_breakers.default.cx_open", Number(own.active >= maxConnections));
    stats.set("circuit_breakers.default.remaining_pending", left);
    stats.set("circuit_breakers.default.rq_pending_open", Number(left <= 0));
    stats.set("circuit_breakers.high.rq_pending_open", 0);
    stats.set("membership_total", cluster.endpoints.length);
  }
  return stats;
}

/** What proxies keep without being asked to, by the beginnings of names. */
const KEPT = ["cluster_manager", "listener_manager", "server", "cluster.xds-grpc", "wasm"];

/**
 * Which statistics a pod's proxy keeps, by the pod's annotations: `sidecar.istio.io/statsInclusionPrefixes`, `…Suffixes`,
 * and `proxyStatsMatcher` in `proxy.istio.io/config`, which is YAML.
 */
export function statsMatcher(
  annotations: Readonly<Record<string, string>>,
  parseYaml: (text: string) => unknown,
): (name: string) => boolean {
  const listed = (key: string): string[] =>
    (annotations[`sidecar.istio.io/statsInclusion${key}`] ?? "").split(",").filter(Boolean);
  const matcher = proxyStatsMatcher(annotations["proxy.istio.io/config"], parseYaml);
  const prefixes = [...KEPT, ...listed("Prefixes"), ...texts(matcher.inclusionPrefixes)];
  const suffixes = [...listed("Suffixes"), ...texts(matcher.inclusionSuffixes)];
  return (name) => prefixes.some((one) => name.startsWith(one)) || suffixes.some((one) => name.endsWith(one));
}

function proxyStatsMatcher(text: string | undefined, parseYaml: (text: string) => unknown): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const config = parseYaml(text) as { proxyStatsMatcher?: Record<string, unknown> } | null;
    return config?.proxyStatsMatcher ?? {};
  } catch {
    // What istiod cannot read it does without.
    return {};
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function requestLabels(hop: Hop, config: MeshConfig): Labels {
  const isInbound = hop.direction === "inbound";
  const place = isInbound ? hop.downstream.remote : hop.upstreamHost;
  const peer = place === undefined ? undefined : config.workloadAt(place.replace(/:\d+$/, ""));
  const [source, destination] = isInbound ? [peer, hop.workload] : [hop.workload, peer];
  const service = serviceOf(hop);
  const [name = UNKNOWN, namespace] = service.endsWith(".svc.cluster.local") ? service.split(".") : [service];
  const isMutual = isInbound && hop.transport === "mutual";
  const isTcp = hop.protocol === "TCP";
  // Where nobody knows what is asked for, the cluster's name stands for it.
  const unknown = hop.cluster !== undefined && UNKNOWN_PLACES.has(hop.cluster) ? hop.cluster : undefined;
  return {
    reporter: isInbound ? "destination" : "source",
    source_workload: source?.owner ?? UNKNOWN,
    source_canonical_service: canonical(source),
    source_canonical_revision: revision(source, "latest"),
    source_workload_namespace: source?.namespace ?? UNKNOWN,
    source_principal: isMutual && source !== undefined ? identityOf(config.trustDomain, source) : UNKNOWN,
    source_app: source?.labels.app ?? UNKNOWN,
    source_version: revision(source, UNKNOWN),
    source_cluster: source === undefined ? UNKNOWN : "Kubernetes",
    destination_workload: destination?.owner ?? UNKNOWN,
    destination_workload_namespace: destination?.namespace ?? UNKNOWN,
    destination_principal: isMutual ? identityOf(config.trustDomain, hop.workload) : UNKNOWN,
    destination_app: destination?.labels.app ?? UNKNOWN,
    destination_version: revision(destination, UNKNOWN),
    destination_service: service,
    destination_canonical_service: canonical(destination),
    destination_canonical_revision: revision(destination, "latest"),
    destination_service_name: unknown ?? name,
    destination_service_namespace: namespace ?? destination?.namespace ?? UNKNOWN,
    destination_cluster: destination === undefined ? UNKNOWN : "Kubernetes",
    request_protocol: isTcp ? "tcp" : "http",
    ...(!isTcp && { response_code: String(hop.status), grpc_response_status: "" }),
    response_flags: hop.responseFlags.join(",") || "-",
    connection_security_policy: isInbound ? (isMutual ? "mutual_tls" : "none") : UNKNOWN,
  };
}

const UNKNOWN_PLACES: ReadonlySet<string> = new Set(["PassthroughCluster", "BlackHoleCluster"]);

/** Which service was asked for: of the cluster that took it, of the name in TLS that brought it, or of its host. */
function serviceOf({ cluster, sni, request, workload }: Hop): string {
  const [, fromCluster] = /^outbound\|\d+\|[^|]*\|(.+)$/.exec(cluster ?? "") ?? [];
  const [, fromTls] = /^outbound_\.\d+_\.[^_]*_\.(.+)$/.exec(sni ?? "") ?? [];
  const known = fromCluster ?? fromTls;
  if (known !== undefined) return known;
  const host = (header(request.headers, "host") ?? UNKNOWN).replace(/:\d+$/, "");
  return host.includes(".") || host === UNKNOWN ? host : `${host}.${workload.namespace}.svc.cluster.local`;
}

function canonical(workload: Workload | undefined): string {
  if (workload === undefined) return UNKNOWN;
  const { labels, owner } = workload;
  return labels["service.istio.io/canonical-name"] ?? labels["app.kubernetes.io/name"] ?? labels.app ?? owner;
}

function revision(workload: Workload | undefined, missing: string): string {
  const labels = workload?.labels;
  return (
    labels?.["service.istio.io/canonical-revision"] ?? labels?.version ?? (workload === undefined ? UNKNOWN : missing)
  );
}
