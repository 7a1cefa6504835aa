import type { JsonObject } from "../../../objects/index.ts";
import type { Balancing, HashKey, Outlier, Pool, UpstreamTls } from "../config.ts";
import { milliseconds } from "../duration.ts";

const COMPONENTS = ["connectionPool", "outlierDetection", "loadBalancer", "tls"] as const;
type Components = Partial<Record<(typeof COMPONENTS)[number], JsonObject>>;

/**
 * What holds for a port: a subset's components replace those of the rule as wholes; settings for the port replace both,
 * and what they leave out is as if nothing had been said. Source: istiod's `MergeTrafficPolicy`.
 */
export function policyFor(rule: JsonObject | undefined, subset: JsonObject | undefined, port: number): Components {
  const ports: readonly JsonObject[] = subset?.portLevelSettings ?? rule?.portLevelSettings ?? [];
  const own = ports.find((one) => one.port?.number === port);
  const merged: Components = {};
  for (const name of COMPONENTS) {
    const component = own === undefined ? (subset?.[name] ?? rule?.[name]) : own[name];
    if (component !== undefined) merged[name] = component;
  }
  return merged;
}

const ALGORITHMS: Readonly<Record<string, Exclude<Balancing["kind"], "HASH">>> = {
  ROUND_ROBIN: "ROUND_ROBIN",
  RANDOM: "RANDOM",
  PASSTHROUGH: "PASSTHROUGH",
  LEAST_REQUEST: "LEAST_REQUEST",
};

/** `loadBalancer`; nothing said is LEAST_REQUEST. */
export function balancingOf(loadBalancer: JsonObject | undefined): Balancing {
  const by = loadBalancer?.consistentHash && hashKey(loadBalancer.consistentHash);
  if (by) return { kind: "HASH", by };
  return { kind: ALGORITHMS[loadBalancer?.simple] ?? "LEAST_REQUEST" };
}

function hashKey(hash: JsonObject): HashKey | undefined {
  const { httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName } = hash;
  if (httpHeaderName) return { kind: "header", name: httpHeaderName };
  if (httpCookie) {
    const ttl = milliseconds(httpCookie.ttl);
    return {
      kind: "cookie",
      name: httpCookie.name,
      path: httpCookie.path,
      ttlSeconds: ttl === undefined ? undefined : ttl / 1000,
    };
  }
  if (useSourceIp === true) return { kind: "source" };
  return httpQueryParameterName ? { kind: "query", name: httpQueryParameterName } : undefined;
}

/** `connectionPool`; 0 or nothing is no limit. */
export function poolOf(pool: JsonObject | undefined): Pool {
  const limit = (value: unknown): number => (typeof value === "number" && value > 0 ? value : Number.POSITIVE_INFINITY);
  return {
    maxConnections: limit(pool?.tcp?.maxConnections),
    maxPending: limit(pool?.http?.http1MaxPendingRequests),
    maxRequests: limit(pool?.http?.http2MaxRequests),
    maxRetries: limit(pool?.http?.maxRetries),
    maxRequestsPerConnection: limit(pool?.http?.maxRequestsPerConnection),
  };
}

/** `outlierDetection`, with Envoy's defaults for what it leaves out; undefined: nobody is put out. */
export function outlierOf(outlier: JsonObject | undefined): Outlier | undefined {
  if (outlier === undefined) return undefined;
  return {
    consecutive5xx: outlier.consecutive5xxErrors ?? 5,
    consecutiveGateway: outlier.consecutiveGatewayErrors ?? 0,
    consecutiveLocal: outlier.splitExternalLocalOriginErrors ? (outlier.consecutiveLocalOriginFailures ?? 5) : 0,
    intervalMs: milliseconds(outlier.interval) ?? 10_000,
    baseEjectionMs: milliseconds(outlier.baseEjectionTime) ?? 30_000,
    maxEjectionPercent: outlier.maxEjectionPercent ?? 10,
    minHealthPercent: outlier.minHealthPercent ?? 0,
  };
}

/** `tls`; `fallback` where it says nothing. */
export function tlsOf(tls: JsonObject | undefined, fallback: UpstreamTls): UpstreamTls {
  switch (tls?.mode) {
    case "DISABLE":
      return { kind: "disable" };
    case "ISTIO_MUTUAL":
      return { kind: "istio-mutual" };
    case "SIMPLE":
    case "MUTUAL":
      return { kind: "simple", sni: tls.sni || undefined };
    default:
      return tls === undefined ? fallback : { kind: "disable" };
  }
}
