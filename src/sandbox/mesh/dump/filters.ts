import type { JsonObject } from "../../objects/index.ts";
import type { TcpRoute, UnknownHost } from "../config/config.ts";
import type { InboundPolicy } from "../config/policy.ts";
import { any, message } from "./proto.ts";
import { accessFilters } from "./rbac.ts";

const MANAGER = "http_connection_manager";
const HTTP_FILTERS = "envoy.extensions.filters.http";
const NETWORK_FILTERS = "envoy.extensions.filters.network";

/** What answers HTTP on a chain: by a table of its own, or by one that istiod sends. */
export function httpManager(
  prefix: string,
  routes: { readonly rds: string } | { readonly own: JsonObject },
  policy?: InboundPolicy,
): JsonObject {
  const source = { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" };
  const table =
    "rds" in routes ? { rds: { config_source: source, route_config_name: routes.rds } } : { route_config: routes.own };
  return {
    name: `envoy.filters.network.${MANAGER}`,
    typed_config: any(`${NETWORK_FILTERS}.${MANAGER}.v3.HttpConnectionManager`, {
      stat_prefix: prefix,
      ...table,
      http_filters: [
        ...(policy === undefined ? [] : policyFilters(policy)),
        ...["fault.v3.HTTPFault", "cors.v3.Cors", "router.v3.Router"].map(httpFilter),
      ],
    }),
  };
}

function httpFilter(type: string): JsonObject {
  const [name = ""] = type.split(".");
  return { name: `envoy.filters.http.${name}`, typed_config: any(`${HTTP_FILTERS}.${type}`, {}) };
}

function policyFilters({ authentication, authorization }: InboundPolicy): readonly JsonObject[] {
  const providers = Object.fromEntries(
    authentication.map((rule, index) => [
      `origins-${index}`,
      message({
        issuer: rule.issuer,
        audiences: rule.audiences.length > 0 ? rule.audiences : undefined,
        forward: rule.forwards,
      }),
    ]),
  );
  const jwt = {
    name: "envoy.filters.http.jwt_authn",
    typed_config: any(`${HTTP_FILTERS}.jwt_authn.v3.JwtAuthentication`, { providers }),
  };
  const access = accessFilters(authorization).map((rules) => ({
    name: "envoy.filters.http.rbac",
    typed_config: any(`${HTTP_FILTERS}.rbac.v3.RBAC`, { rules }),
  }));
  return [...(authentication.length > 0 ? [jwt] : []), ...access];
}

/** What carries whole connections to a cluster, after who may come. */
export function tcpProxy(cluster: string, policy?: InboundPolicy): readonly JsonObject[] {
  const access = (policy === undefined ? [] : accessFilters(policy.authorization)).map((rules) => ({
    name: "envoy.filters.network.rbac",
    typed_config: any(`${NETWORK_FILTERS}.rbac.v3.RBAC`, { rules, stat_prefix: "tcp." }),
  }));
  return [...access, tcpFilter({ stat_prefix: cluster, cluster })];
}

/** The same for a route of whole connections, which may have more than one cluster. */
export function tcpRouteProxy({ destinations }: TcpRoute): readonly JsonObject[] {
  const [only] = destinations;
  if (only === undefined) return tcpProxy("BlackHoleCluster");
  if (destinations.length === 1) return tcpProxy(only.cluster);
  const clusters = destinations.map(({ cluster, weight }) => ({ name: cluster, weight }));
  return [tcpFilter({ stat_prefix: only.cluster, weighted_clusters: { clusters } })];
}

function tcpFilter(config: JsonObject): JsonObject {
  return {
    name: "envoy.filters.network.tcp_proxy",
    typed_config: any(`${NETWORK_FILTERS}.tcp_proxy.v3.TcpProxy`, config),
  };
}

/** Where goes what nobody knows. */
export function unknownCluster(unknown: UnknownHost): string {
  return unknown === "passthrough" ? "PassthroughCluster" : "BlackHoleCluster";
}
