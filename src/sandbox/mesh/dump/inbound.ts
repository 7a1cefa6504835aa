import type { JsonObject } from "../../objects/index.ts";
import type { InboundPort } from "../config/inventory.ts";
import type { InboundPolicy, MutualTls } from "../config/policy.ts";
import type { Dumped } from "./dumped.ts";
import { httpManager, tcpProxy } from "./filters.ts";
import { any, message, socketAddress } from "./proto.ts";
import { inboundRoutes } from "./routes.ts";

const ISTIO_HTTP = ["istio-http/1.0", "istio-http/1.1", "istio-h2"];
const ISTIO_TCP = ["istio-peer-exchange", "istio"];
const ISTIO_ALL = ["istio", "istio-peer-exchange", ...ISTIO_HTTP];
const PLAIN_HTTP = ["http/1.1", "h2c"];
const PASSTHROUGH = "InboundPassthroughCluster";

/** A chain of the inbound listener: what it takes, whether it ends the mesh's TLS, and what it does. */
interface Chain {
  readonly transport: "tls" | "raw_buffer" | undefined;
  readonly protocols?: readonly string[];
  readonly isMutual?: boolean;
  readonly speaks: "http" | "tcp";
}

type Speaks = "http" | "tcp" | "auto";

/** Which chains a port has, by what it speaks and what its policy asks for. Source: istiod's inbound filter chain options. */
const CHAINS: Readonly<Record<Speaks, Readonly<Record<MutualTls, readonly Chain[]>>>> = {
  http: {
    STRICT: [{ transport: "tls", isMutual: true, speaks: "http" }],
    PERMISSIVE: [
      { transport: "tls", protocols: ISTIO_ALL, isMutual: true, speaks: "http" },
      { transport: "raw_buffer", speaks: "http" },
    ],
    DISABLE: [{ transport: undefined, speaks: "http" }],
  },
  tcp: {
    STRICT: [{ transport: "tls", isMutual: true, speaks: "tcp" }],
    PERMISSIVE: [
      { transport: "tls", protocols: ISTIO_TCP, isMutual: true, speaks: "tcp" },
      { transport: "raw_buffer", speaks: "tcp" },
      { transport: "tls", speaks: "tcp" },
    ],
    DISABLE: [{ transport: undefined, speaks: "tcp" }],
  },
  auto: {
    STRICT: [
      { transport: "tls", protocols: ISTIO_HTTP, isMutual: true, speaks: "http" },
      { transport: "tls", isMutual: true, speaks: "tcp" },
    ],
    PERMISSIVE: [
      { transport: "tls", protocols: ISTIO_HTTP, isMutual: true, speaks: "http" },
      { transport: "raw_buffer", protocols: PLAIN_HTTP, speaks: "http" },
      { transport: "tls", protocols: ISTIO_TCP, isMutual: true, speaks: "tcp" },
      { transport: "raw_buffer", speaks: "tcp" },
      { transport: "tls", speaks: "tcp" },
    ],
    DISABLE: [
      { transport: undefined, protocols: PLAIN_HTTP, speaks: "http" },
      { transport: undefined, speaks: "tcp" },
    ],
  },
};

/** The listener that iptables leads everything to which comes to the pod. */
export function virtualInbound({ proxy, config, inventory }: Dumped): JsonObject {
  const own = inventory.inbound.flatMap((port) => portChains(port, config.inbound(proxy, port.port)));
  // Ports that no Service leads to are taken for whatever they are.
  const policy = config.inbound(proxy, 0);
  const rest = CHAINS.auto[policy.mutualTls].map((chain) => filterChain(chain, undefined, policy));
  const blackhole = {
    filter_chain_match: { destination_port: 15006 },
    filters: tcpProxy("BlackHoleCluster"),
    name: "virtualInbound-blackhole",
  };
  return {
    name: "virtualInbound",
    address: socketAddress("0.0.0.0", 15006),
    filter_chains: [blackhole, ...own, ...rest],
    traffic_direction: "INBOUND",
  };
}

function portChains(port: InboundPort, policy: InboundPolicy): readonly JsonObject[] {
  const speaks: Speaks = port.protocol === "http" || port.protocol === "auto" ? port.protocol : "tcp";
  return CHAINS[speaks][policy.mutualTls].map((chain) => filterChain(chain, port, policy));
}

function filterChain(
  { transport, protocols, isMutual, speaks }: Chain,
  port: InboundPort | undefined,
  policy: InboundPolicy,
): JsonObject {
  const cluster = port === undefined ? PASSTHROUGH : `inbound|${port.port}||`;
  const number = port?.port ?? 0;
  const operation = port === undefined ? undefined : `${port.host}:${port.servicePort}/*`;
  const routes = { own: inboundRoutes(cluster, number, operation) };
  return message({
    filter_chain_match: message({
      destination_port: port?.port,
      transport_protocol: transport,
      application_protocols: protocols,
    }),
    filters: speaks === "http" ? [httpManager(`inbound_0.0.0.0_${number}`, routes, policy)] : tcpProxy(cluster, policy),
    transport_socket: isMutual === true ? MUTUAL_TLS : undefined,
    name: port === undefined ? "virtualInbound" : `0.0.0.0_${number}`,
  });
}

const MUTUAL_TLS: JsonObject = {
  name: "envoy.transport_sockets.tls",
  typed_config: any("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", {
    common_tls_context: {
      tls_certificate_sds_secret_configs: [{ name: "default" }],
      alpn_protocols: ["h2", "http/1.1"],
    },
    require_client_certificate: true,
  }),
};
