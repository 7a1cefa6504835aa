import { Failure } from "../failure.ts";
import type { Item } from "../pods.ts";
import { columns } from "../table.ts";
import { compareText, partOf } from "./dump.ts";
import type { Filters, View } from "./options.ts";
import { describeMatch } from "./routes.ts";

const HTTP = "envoy.filters.network.http_connection_manager";
const TCP = "envoy.filters.network.tcp_proxy";

/** `proxy-config listener` */
export const listeners: View = {
  table: (dump, filters) => {
    const sorted = chosen(dump, filters).toSorted(
      (a, b) => portOf(a) - portOf(b) || compareText(addressOf(a), addressOf(b)) || compareText(typeOf(a), typeOf(b)),
    );
    const header = filters.isVerbose ? ["ADDRESSES", "PORT", "MATCH", "DESTINATION"] : ["ADDRESSES", "PORT", "TYPE"];
    const title = filters.isTyped ? ["NAME"] : [];
    const rows = sorted.flatMap((one) => {
      const own = filters.isTyped ? [`listener/${one.name ?? ""}`] : [];
      const place = [...own, addressOf(one), String(portOf(one))];
      if (!filters.isVerbose) return [[...place, typeOf(one)]];
      return matchesOf(one).map((cells) => [...place, ...cells]);
    });
    return columns([[...title, ...header], ...rows], 1);
  },
  json: chosen,
};

function chosen(dump: Item, filters: Filters): readonly Item[] {
  const { dynamic_listeners: sent = [], static_listeners: own = [] } = partOf(dump, "ListenersConfigDump");
  const all: readonly Item[] = [
    ...sent.flatMap(({ active_state }: Item) => active_state?.listener ?? []),
    ...own.map(({ listener }: Item) => listener),
  ];
  if (all.length === 0) throw new Failure("no listeners found");
  return all.filter((one) => isAsked(one, filters));
}

function isAsked(listener: Item, { address, port, type }: Filters): boolean {
  return (
    (address === undefined || address.toLowerCase() === addressOf(listener).toLowerCase()) &&
    (port === undefined || port === portOf(listener)) &&
    (type === undefined || type.toLowerCase() === typeOf(listener).toLowerCase())
  );
}

function addressOf(listener: Item): string {
  return listener.address?.socket_address?.address ?? "";
}

function portOf(listener: Item): number {
  return listener.address?.socket_address?.port_value ?? 0;
}

function chainsOf(listener: Item): readonly Item[] {
  const fallback = listener.default_filter_chain;
  return [...(listener.filter_chains ?? []), ...(fallback === undefined ? [] : [fallback])];
}

/** HTTP, TCP, both, or neither; where connections only end counts for nothing. */
function typeOf(listener: Item): string {
  const filters = chainsOf(listener).flatMap((chain): Item[] => chain.filters ?? []);
  const http = filters.some(({ name }) => name === HTTP);
  const tcp = filters.some(({ name, typed_config }) => name === TCP && !isBlackHole(typed_config));
  if (http) return tcp ? "HTTP+TCP" : "HTTP";
  return tcp ? "TCP" : "UNKNOWN";
}

function isBlackHole(config: Item): boolean {
  return JSON.stringify(config ?? {}).includes("BlackHoleCluster");
}

/** What each chain takes, and where it leads; sorted by that, backwards. */
function matchesOf(listener: Item): readonly (readonly [match: string, destination: string])[] {
  return chainsOf(listener)
    .map((chain) => [matchOf(chain.filter_chain_match ?? {}), destinationOf(chain.filters ?? [])] as const)
    .toSorted(([, a], [, b]) => compareText(b, a));
}

/** Sets of protocols that have a name. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  "http/1.0,http/1.1,h2c,istio-http/1.0,istio-http/1.1,istio-h2": "App: HTTP TLS",
  "istio,istio-http/1.0,istio-http/1.1,istio-h2": "App: Istio HTTP Plain",
  "istio-peer-exchange,istio": "App: TCP TLS",
  "http/1.0,http/1.1,h2c": "App: HTTP",
};

function matchOf(match: Item): string {
  const { server_names: names = [], transport_protocol: transport, application_protocols: protocols = [] } = match;
  const ranges = (match.prefix_ranges ?? []).map(
    ({ address_prefix, prefix_len }: Item) => `${address_prefix}/${prefix_len ?? 0}`,
  );
  const port = match.destination_port === undefined ? "" : `:${match.destination_port}`;
  const place = ranges.length > 0 ? `${ranges.join(",")}${port}` : port === "" ? "" : `*${port}`;
  const all = protocols.join(",");
  const words = [
    names.length > 0 ? `SNI: ${names.join(",")}` : "",
    transport ? `Trans: ${transport}` : "",
    all === "" ? "" : (PROTOCOLS[all] ?? `App: ${all}`),
    place === "" ? "" : `Addr: ${place}`,
  ].filter(Boolean);
  return words.length === 0 ? "ALL" : words.join("; ");
}

function destinationOf(filters: readonly Item[]): string {
  for (const { name, typed_config: config = {} } of filters) {
    if (name === HTTP) {
      if (config.route_config !== undefined) return inlineRoute(config.route_config);
      return config.rds?.route_config_name ? `Route: ${config.rds.route_config_name}` : "HTTP";
    }
    if (name === TCP && !isBlackHole(config)) return clusterText(config.cluster ?? "");
  }
  return "Non-HTTP/Non-TCP";
}

function clusterText(cluster: string): string {
  return cluster.includes("Cluster") ? cluster : `Cluster: ${cluster}`;
}

/** A table that takes everything to one cluster is that cluster. */
function inlineRoute({ virtual_hosts: hosts = [] }: Item): string {
  const [only] = hosts;
  const [route] = only?.routes ?? [];
  const isWhole = hosts.length === 1 && only.domains?.join() === "*" && only.routes?.length === 1;
  if (isWhole && route.match?.prefix === "/" && route.route?.cluster) return clusterText(route.route.cluster);
  const described = hosts.map(({ domains = [], routes = [] }: Item) => {
    const own = domains.join("/");
    const matches = routes.map(({ match }: Item) => describeMatch(match)).join(", ");
    return own === "*" ? matches : `${own} ${matches}`;
  });
  return `Inline Route: ${described.join("; ")}`;
}
