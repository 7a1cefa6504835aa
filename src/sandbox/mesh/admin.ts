import type { MeshConfig } from "./config/config.ts";
import type { HttpRequest, HttpResponse, Workload } from "./model.ts";
import type { MeshState } from "./state.ts";
import { prometheusText, type RequestCounts, statsText } from "./stats.ts";

/** What a proxy can be asked about itself. */
export interface Administered {
  readonly proxy: Workload;
  readonly config: MeshConfig;
  readonly state: MeshState;
  readonly counts: RequestCounts;
  /** Which statistics it keeps. */
  readonly includes: (name: string) => boolean;
  /** Istio's: `1.31.0`. */
  readonly version: string;
  /** Milliseconds since the proxy began. */
  readonly uptimeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Page = (of: Administered, query: URLSearchParams) => string;

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=UTF-8";

const PAGES: Readonly<Record<string, { readonly method: "GET" | "POST"; readonly type: string; readonly page: Page }>> =
  {
    "/clusters": { method: "GET", type: TEXT_TYPE, page: clusters },
    "/drain": { method: "POST", type: TEXT_TYPE, page: () => "ok" },
    "/drain_listeners": { method: "POST", type: TEXT_TYPE, page: () => "OK\n" },
    "/ready": { method: "GET", type: TEXT_TYPE, page: () => "LIVE\n" },
    "/server_info": { method: "GET", type: JSON_TYPE, page: serverInfo },
    "/stats": { method: "GET", type: TEXT_TYPE, page: stats },
    "/stats/prometheus": { method: "GET", type: TEXT_TYPE, page: ({ counts, proxy }) => prometheusText(counts, proxy) },
  };

/**
 * What Envoy's administration answers, on 15000 and, for its statistics, on the agent's ports. A page that is not simulated
 * is a 404 that names those that are.
 */
export function adminAnswer(of: Administered, { method, path }: Pick<HttpRequest, "method" | "path">): HttpResponse {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const found = Object.hasOwn(PAGES, pathname) ? PAGES[pathname] : undefined;
  if (found === undefined) {
    const known = Object.keys(PAGES).join(" ");
    return answer(404, TEXT_TYPE, `invalid path. The sandbox's proxies have: ${known}\n`);
  }
  if (found.method === "POST" && method !== "POST") {
    return answer(405, TEXT_TYPE, `Method ${method} not allowed, POST required.`);
  }
  return answer(200, found.type, found.page(of, searchParams));
}

function answer(status: number, type: string, text: string): HttpResponse {
  const body = Buffer.from(text);
  const headers = [
    ["content-type", type],
    ["content-length", String(body.length)],
  ] as const;
  return { status, headers, body };
}

/** `?filter=REGEX`, `?usedonly`, `?format=prometheus`, as Envoy takes them. */
function stats(of: Administered, query: URLSearchParams): string {
  if (query.get("format") === "prometheus") return prometheusText(of.counts, of.proxy);
  const text = statsText(of.state, of.config, of.proxy, of.now, of.includes);
  const filter = query.get("filter");
  if (filter === null && !query.has("usedonly")) return text;
  return text
    .split(/(?<=\n)/)
    .filter((line) => filter === null || line.includes(filter))
    .filter((line) => !query.has("usedonly") || !line.endsWith(": 0\n"))
    .join("");
}

/** The clusters that the proxy has used, with the places behind them. */
function clusters({ state, config, proxy, now }: Administered): string {
  const prefix = `${proxy.uid} `;
  const names = [...state.clusters.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
  return names
    .sort()
    .flatMap((name) => {
      const cluster = config.cluster(name, proxy);
      if (cluster === undefined) return [];
      const { pool, endpoints } = cluster;
      const limit = (value: number): number => Math.min(value, 2 ** 32 - 1);
      const own = state.clusters.get(prefix + name);
      return [
        `${name}::observability_name::${name};`,
        `${name}::default_priority::max_connections::${limit(pool.maxConnections)}`,
        `${name}::default_priority::max_pending_requests::${limit(pool.maxPending)}`,
        `${name}::default_priority::max_requests::${limit(pool.maxRequests)}`,
        `${name}::default_priority::max_retries::${limit(pool.maxRetries)}`,
        ...endpoints.flatMap(({ address, port, weight }) => {
          const place = `${name}::${address}:${port}`;
          const seen = own?.endpoints.get(`${address}:${port}`);
          const flags = (seen?.ejectedUntil ?? 0) > now ? "/failed_outlier_check" : "healthy";
          return [
            `${place}::rq_active::${seen?.active ?? 0}`,
            `${place}::health_flags::${flags}`,
            `${place}::weight::${weight}`,
          ];
        }),
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}

function serverInfo({ proxy, version, uptimeMs }: Administered): string {
  const uptime = `${Math.floor(uptimeMs / 1000)}s`;
  const kind = proxy.proxy === "gateway" ? "router" : "sidecar";
  const info = {
    version: "sandbox/simulated/Clean/RELEASE/BoringSSL",
    state: "LIVE",
    uptime_current_epoch: uptime,
    uptime_all_epochs: uptime,
    node: {
      id: `${kind}~${proxy.address}~${proxy.name}.${proxy.namespace}~${proxy.namespace}.svc.cluster.local`,
      cluster: `${proxy.labels.app ?? proxy.owner}.${proxy.namespace}`,
      metadata: { ISTIO_VERSION: version, NAME: proxy.name, NAMESPACE: proxy.namespace, LABELS: proxy.labels },
    },
  };
  return `${JSON.stringify(info, undefined, 1)}\n`;
}
