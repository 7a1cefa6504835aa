import type { JsonObject } from "../../objects/index.ts";
import type { GatewayListener, RouteTable, UnknownHost, VirtualHost } from "../config/config.ts";
import type { Dumped } from "./dumped.ts";
import { any, message } from "./proto.ts";
import { envoyRoutes } from "./route.ts";

const ROUTES = "envoy.config.route.v3.RouteConfiguration";
const EVERYTHING = { prefix: "/" };
const FOREVER = { timeout: "0s", max_grpc_timeout: "0s" };

/** The route tables that istiod sends to a proxy, each once. */
export function sentRoutes(dumped: Dumped): readonly JsonObject[] {
  const tables = new Map<string, JsonObject>();
  for (const { listener } of dumped.inventory.outbound) {
    if (listener.kind !== "http") continue;
    const { name } = listener.routes;
    if (!tables.has(name)) tables.set(name, sidecarTable(listener.routes, listener.unknown));
  }
  for (const port of dumped.inventory.gatewayPorts) {
    const listener = dumped.config.gateway(dumped.proxy, port);
    for (const table of listener === undefined ? [] : gatewayTables(listener)) {
      if (!tables.has(table.name)) tables.set(table.name, gatewayTable(table, port));
    }
  }
  return [...tables.values()].map((table) => any(ROUTES, table));
}

/** The tables of a gateway's port: those behind TLS are each server's own. */
export function gatewayTables({ kind, routes, tls = [] }: GatewayListener): readonly RouteTable[] {
  if (kind === "http") return [routes];
  return kind === "https" ? tls.map((one) => one.routes).filter(({ name }) => name !== "") : [];
}

function sidecarTable({ name, hosts }: RouteTable, unknown: UnknownHost): JsonObject {
  const takesAll = hosts.some(({ domains }) => domains.includes("*"));
  const rest = takesAll ? [] : [unknown === "passthrough" ? ALLOW_ANY : BLOCK_ALL];
  return {
    name,
    virtual_hosts: [...hosts.map((host) => virtualHost(host)), ...rest],
    validate_clusters: false,
    max_direct_response_body_size_bytes: 1_048_576,
    ignore_port_in_host_matching: true,
  };
}

function gatewayTable({ name, hosts }: RouteTable, port: number): JsonObject {
  const none = { name: `blackhole:${port}`, domains: ["*"] };
  return {
    name,
    virtual_hosts: hosts.length === 0 ? [none] : hosts.map((host) => virtualHost(host)),
    validate_clusters: false,
    max_direct_response_body_size_bytes: 1_048_576,
    ignore_port_in_host_matching: true,
  };
}

function virtualHost({ name, domains, routes }: VirtualHost): JsonObject {
  return {
    name,
    domains,
    routes: routes.flatMap((route) => envoyRoutes(route, name)),
    include_request_attempt_count: true,
  };
}

const ALLOW_ANY: JsonObject = {
  name: "allow_any",
  domains: ["*"],
  routes: [{ match: EVERYTHING, route: { cluster: "PassthroughCluster", ...FOREVER }, name: "allow_any" }],
  include_request_attempt_count: true,
};

const BLOCK_ALL: JsonObject = {
  name: "block_all",
  domains: ["*"],
  routes: [{ match: EVERYTHING, direct_response: { status: 502 }, name: "block_all" }],
  include_request_attempt_count: true,
};

/** The one route of an inbound chain: everything, to the program. */
export function inboundRoutes(cluster: string, port: number, operation: string | undefined): JsonObject {
  const route = message({
    match: EVERYTHING,
    route: { cluster, ...FOREVER, ...(port === 0 ? {} : { retry_policy: RESET_BEFORE_REQUEST }) },
    decorator: operation === undefined ? undefined : { operation },
    name: "default",
  });
  return {
    name: cluster,
    virtual_hosts: [{ name: `inbound|http|${port}`, domains: ["*"], routes: [route] }],
    validate_clusters: false,
  };
}

const RESET_BEFORE_REQUEST: JsonObject = { retry_on: "reset-before-request", num_retries: 2 };

/** What the proxy's own ports lead to, by the bootstrap. */
export function ownRoutes(prefix: string, cluster: string): JsonObject {
  return {
    virtual_hosts: [{ name: "backend", domains: ["*"], routes: [{ match: { prefix }, route: { cluster } }] }],
  };
}

/** Tables that stand in listeners themselves, as the dump of routes has them. */
export function inlineRoutes(listeners: readonly JsonObject[]): readonly JsonObject[] {
  return listeners
    .flatMap((one) => [...(one.filter_chains ?? []), ...(one.default_filter_chain ? [one.default_filter_chain] : [])])
    .flatMap(({ filters = [] }: JsonObject) => filters)
    .flatMap(({ typed_config }: JsonObject) => typed_config?.route_config ?? [])
    .map((table: JsonObject) => any(ROUTES, table));
}
