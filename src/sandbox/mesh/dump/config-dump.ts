import type { JsonObject } from "../../objects/index.ts";
import { sentClusters, staticClusters } from "./clusters.ts";
import type { Dumped } from "./dumped.ts";
import { ownListeners, sentListeners } from "./listeners.ts";
import { nodeOf } from "./node.ts";
import { any, message, socketAddress } from "./proto.ts";
import { inlineRoutes, sentRoutes } from "./routes.ts";
import { secrets } from "./secrets.ts";

const ADMIN = "envoy.admin.v3";

/** Envoy's page `/config_dump`: all of it, or the parts that a mask names; endpoints only with `include_eds`. */
export function configDump(dumped: Dumped, query: URLSearchParams): JsonObject {
  const parts: readonly (readonly [type: string, make: () => JsonObject])[] = [
    [
      "BootstrapConfigDump",
      () => ({ bootstrap: bootstrap(dumped), last_updated: new Date(dumped.startedAt).toISOString() }),
    ],
    ["ClustersConfigDump", () => clusters(dumped)],
    ...(query.has("include_eds") ? [["EndpointsConfigDump", () => endpoints(dumped)] as const] : []),
    ["ListenersConfigDump", () => listeners(dumped)],
    ["RoutesConfigDump", () => routes(dumped)],
    ["SecretsConfigDump", () => secrets(dumped)],
  ];
  const mask = query.get("mask")?.split(",");
  const made = parts.map(([type, make]) => any(`${ADMIN}.${type}`, message(make())));
  if (mask === undefined) return { configs: made };
  const masked = made.map((part) =>
    Object.fromEntries(Object.entries(part).filter(([key]) => key === "@type" || mask.includes(key))),
  );
  return { configs: masked.filter((part) => Object.keys(part).length > 1) };
}

function updated({ updatedAt }: Dumped): string {
  return new Date(updatedAt).toISOString();
}

function clusters(dumped: Dumped): JsonObject {
  const last_updated = updated(dumped);
  const entry = (cluster: JsonObject): JsonObject => ({ cluster, last_updated });
  return {
    static_clusters: staticClusters().map(entry),
    dynamic_active_clusters: sentClusters(dumped).map(entry),
  };
}

function listeners(dumped: Dumped): JsonObject {
  const last_updated = updated(dumped);
  return {
    static_listeners: ownListeners().map((listener) => ({ listener, last_updated })),
    dynamic_listeners: sentListeners(dumped).map((listener) => ({
      name: listener.name,
      active_state: { listener, last_updated },
    })),
  };
}

function routes(dumped: Dumped): JsonObject {
  const last_updated = updated(dumped);
  const entry = (route_config: JsonObject): JsonObject => ({ route_config, last_updated });
  return {
    static_route_configs: inlineRoutes([...ownListeners(), ...sentListeners(dumped)]).map(entry),
    dynamic_route_configs: sentRoutes(dumped).map(entry),
  };
}

function endpoints({ inventory, config, proxy }: Dumped): JsonObject {
  const own = inventory.clusters
    .flatMap((name) => config.cluster(name, proxy) ?? [])
    .filter(({ type }) => type === "EDS");
  const dynamic_endpoint_configs = own.map(({ name, endpoints: places }) => ({
    endpoint_config: any("envoy.config.endpoint.v3.ClusterLoadAssignment", {
      cluster_name: name,
      endpoints: [
        {
          locality: {},
          lb_endpoints: places.map(({ address, port, weight }) => ({
            endpoint: { address: socketAddress(address, port) },
            health_status: "HEALTHY",
            load_balancing_weight: weight,
          })),
        },
      ],
    }),
  }));
  return { dynamic_endpoint_configs };
}

function bootstrap(dumped: Dumped): JsonObject {
  const source = {
    api_type: "GRPC",
    transport_api_version: "V3",
    grpc_services: [{ envoy_grpc: { cluster_name: "xds-grpc" } }],
  };
  const ads = { ads: {}, resource_api_version: "V3" };
  return {
    node: nodeOf(dumped),
    static_resources: {
      listeners: ownListeners().map(untyped),
      clusters: staticClusters().map(untyped),
    },
    dynamic_resources: { lds_config: ads, cds_config: ads, ads_config: source },
    admin: { address: socketAddress("127.0.0.1", 15000) },
    cluster_manager: { outlier_detection: { event_log_path: "" } },
    stats_config: { use_all_default_tags: false },
  };
}

function untyped({ "@type": _, ...value }: JsonObject): JsonObject {
  return value;
}
