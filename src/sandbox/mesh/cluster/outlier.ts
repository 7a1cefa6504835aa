import type { Outlier } from "../config/config.ts";
import type { Endpoint } from "../model.ts";
import { type ClusterState, count, type EndpointState, endpointState } from "../state.ts";

/** What an answer says about its endpoint. `local` is what the proxy met itself: nobody there, a cut connection. */
export type Observation = { readonly status: number } | "local";

/**
 * Counts failures in a row and puts an endpoint out when there are too many; anything good begins the count anew. Source:
 * Envoy's outlier detection, with `split_external_local_origin_errors` off, as Istio has it unless told otherwise.
 */
export function observe(
  outlier: Outlier,
  cluster: ClusterState,
  endpoints: readonly Endpoint[],
  endpoint: EndpointState,
  observation: Observation,
  now: number,
): void {
  const status = observation === "local" ? 503 : observation.status;
  if (status < 500) {
    endpoint.consecutive5xx = 0;
    endpoint.consecutiveGateway = 0;
    endpoint.consecutiveLocal = 0;
    return;
  }
  endpoint.consecutive5xx += 1;
  endpoint.consecutiveGateway = status >= 502 && status <= 504 ? endpoint.consecutiveGateway + 1 : 0;
  endpoint.consecutiveLocal = observation === "local" ? endpoint.consecutiveLocal + 1 : 0;
  const isTooMuch =
    reached(outlier.consecutive5xx, endpoint.consecutive5xx) ||
    reached(outlier.consecutiveGateway, endpoint.consecutiveGateway) ||
    reached(outlier.consecutiveLocal, endpoint.consecutiveLocal);
  if (!isTooMuch || endpoint.ejectedUntil > now || !mayEject(outlier, cluster, endpoints, now)) return;
  endpoint.ejections += 1;
  endpoint.ejectedUntil = now + outlier.baseEjectionMs * endpoint.ejections;
  endpoint.consecutive5xx = 0;
  endpoint.consecutiveGateway = 0;
  endpoint.consecutiveLocal = 0;
  count(cluster, "outlier_detection.ejections_enforced_total");
}

/** Those that are not put out; all of them when so many are out that the rest would not do. */
export function healthy(
  outlier: Outlier | undefined,
  cluster: ClusterState,
  endpoints: readonly Endpoint[],
  now: number,
): readonly Endpoint[] {
  if (outlier === undefined) return endpoints;
  const left = endpoints.filter((one) => endpointState(cluster, one.address, one.port).ejectedUntil <= now);
  const percent = endpoints.length === 0 ? 100 : (left.length / endpoints.length) * 100;
  return percent < outlier.minHealthPercent ? endpoints : left;
}

function reached(limit: number, count: number): boolean {
  return limit > 0 && count >= limit;
}

function mayEject(outlier: Outlier, cluster: ClusterState, endpoints: readonly Endpoint[], now: number): boolean {
  const out = endpoints.filter((one) => endpointState(cluster, one.address, one.port).ejectedUntil > now).length;
  return ((out + 1) / endpoints.length) * 100 <= outlier.maxEjectionPercent;
}
