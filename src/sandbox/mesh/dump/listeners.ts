import type { JsonObject } from "../../objects/index.ts";
import type { GatewayListener, OutboundListener, TcpRoute } from "../config/config.ts";
import type { PlacedListener } from "../config/inventory.ts";
import type { Dumped } from "./dumped.ts";
import { httpManager, tcpProxy, tcpRouteProxy, unknownCluster } from "./filters.ts";
import { virtualInbound } from "./inbound.ts";
import { any, message, socketAddress } from "./proto.ts";
import { ownRoutes } from "./routes.ts";

const LISTENER = "envoy.config.listener.v3.Listener";
const ANY = "0.0.0.0";
/** What plain HTTP looks like, for those ports that may carry something else. */
const PLAIN_HTTP = { transport_protocol: "raw_buffer", application_protocols: ["http/1.1", "h2c"] };

/** Listeners that istiod sends to a proxy. */
export function sentListeners(dumped: Dumped): readonly JsonObject[] {
  const { proxy, config, inventory } = dumped;
  if (proxy.proxy === "gateway") {
    return inventory.gatewayPorts.flatMap((port) => {
      const listener = config.gateway(proxy, port);
      return listener === undefined ? [] : gatewayListener(listener, port);
    });
  }
  const unknown = config.outbound(proxy, "192.0.2.1", 1);
  const elsewhere = unknown.kind === "unknown" ? unknown.policy : unknown.unknown;
  return [
    ...inventory.outbound.map(outboundListener),
    any(LISTENER, {
      name: "virtualOutbound",
      address: socketAddress(ANY, 15001),
      filter_chains: [
        {
          filter_chain_match: { destination_port: 15001 },
          filters: tcpProxy("BlackHoleCluster"),
          name: "virtualOutbound-blackhole",
        },
        { filters: tcpProxy(unknownCluster(elsewhere)), name: "virtualOutbound-catchall-tcp" },
      ],
      use_original_dst: true,
      traffic_direction: "OUTBOUND",
    }),
    any(LISTENER, virtualInbound(dumped)),
  ];
}

/** The proxy's own ports, by the bootstrap: its statistics and its agent's health. */
export function ownListeners(): readonly JsonObject[] {
  const own = (port: number, prefix: string, cluster: string): JsonObject =>
    any(LISTENER, {
      address: socketAddress(ANY, port),
      filter_chains: [
        { filters: [httpManager(cluster === "agent" ? "agent" : "stats", { own: ownRoutes(prefix, cluster) })] },
      ],
    });
  return [own(15090, "/stats/prometheus", "prometheus_stats"), own(15021, "/healthz/ready", "agent")];
}

function outboundListener({ address, port, listener }: PlacedListener<OutboundListener>): JsonObject {
  const name = `${address}_${port}`;
  const base = { name, address: socketAddress(address, port) };
  const rest = { bind_to_port: false, traffic_direction: "OUTBOUND" };
  if (listener.kind === "unknown") return any(LISTENER, { ...base, ...rest });
  const routes = listener.kind === "tcp" ? listener.routes : listener.tcp;
  const chains = routes.filter(({ sni }) => sni !== undefined).map(namedChain);
  const plain = routes.find(({ sni }) => sni === undefined);
  const fallback = plain === undefined ? tcpProxy(unknownCluster(listener.unknown)) : tcpRouteProxy(plain);
  const isAlone = listener.kind === "tcp" && chains.length === 0;
  const http =
    listener.kind === "http"
      ? [{ filter_chain_match: PLAIN_HTTP, filters: [httpManager(`outbound_${name}`, { rds: listener.routes.name })] }]
      : [];
  return any(
    LISTENER,
    message({
      ...base,
      filter_chains: isAlone ? [{ filters: fallback }] : [...http, ...chains],
      default_filter_chain: isAlone ? undefined : { filters: fallback, name: "PassthroughFilterChain" },
      ...rest,
    }),
  );
}

/** A chain for connections that ask for names; `*` is for all of them. */
function namedChain(route: TcpRoute): JsonObject {
  const names = (route.sni ?? []).filter((one) => one !== "*");
  return message({
    filter_chain_match: names.length > 0 ? { server_names: names } : undefined,
    filters: tcpRouteProxy(route),
  });
}

function gatewayListener(listener: GatewayListener, port: number): readonly JsonObject[] {
  const chains = gatewayChains(listener, port);
  if (chains.length === 0) return [];
  const base = { name: `${ANY}_${port}`, address: socketAddress(ANY, port), filter_chains: chains };
  return [any(LISTENER, { ...base, traffic_direction: "OUTBOUND" })];
}

function gatewayChains({ kind, routes, tcp, tls = [] }: GatewayListener, port: number): readonly JsonObject[] {
  const manager = (table: string): JsonObject => httpManager(`outbound_${ANY}_${port}`, { rds: table });
  if (kind === "http") return [{ filters: [manager(routes.name)] }];
  const ended = tls.map((one) => {
    const names = one.hosts.filter((host) => host !== "*");
    return message({
      filter_chain_match: names.length > 0 ? { server_names: names } : undefined,
      filters: kind === "https" ? [manager(one.routes.name)] : tcp.slice(0, 1).flatMap(tcpRouteProxy),
      transport_socket: downstreamTls(one.mode, one.secret),
    });
  });
  return tls.length > 0 && kind === "tcp" ? ended : [...ended, ...tcp.map(namedChain)];
}

function downstreamTls(mode: string, secret: string | undefined): JsonObject {
  const name = mode === "ISTIO_MUTUAL" || secret === undefined ? "default" : `kubernetes://${secret}`;
  const common_tls_context = {
    alpn_protocols: ["h2", "http/1.1"],
    tls_certificate_sds_secret_configs: [{ name, sds_config: { ads: {}, resource_api_version: "V3" } }],
  };
  const require_client_certificate = mode === "MUTUAL" || mode === "ISTIO_MUTUAL";
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: any("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", {
      common_tls_context,
      require_client_certificate,
    }),
  };
}
