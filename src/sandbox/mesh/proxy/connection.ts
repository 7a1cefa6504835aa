import { balance } from "../cluster/balance.ts";
import { healthy } from "../cluster/outlier.ts";
import type { Cluster, TcpRoute, UnknownHost } from "../config/config.ts";
import { mostSpecific } from "../config/hosts.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Destination, Endpoint, HttpRequest, Workload } from "../model.ts";
import { admitConnection } from "../security/admit.ts";
import { doorOf, handshake } from "../security/handshake.ts";
import { clusterState } from "../state.ts";
import { byWeight } from "./router.ts";
import type { StreamPart } from "./stream-record.ts";
import { FAILED_HANDSHAKES, transportTo } from "./try.ts";

/** A connection whose bytes are nobody's affair: what is known of it. */
export interface Stream {
  /** The server name of its TLS greeting; undefined where it is no TLS. */
  readonly sni: string | undefined;
  /** The client's address. */
  readonly from: string;
  /** Where the client connected to, if a sidecar caught it. */
  readonly to?: Destination;
  /** The address and port on the proxy's side. */
  readonly local: string;
}

/** What becomes of a connection: where it goes on to, or nowhere; and what each proxy will tell of it. */
export interface StreamWay {
  /** Undefined: it is cut. */
  readonly endpoint: Endpoint | undefined;
  readonly parts: readonly StreamPart[];
}

const NOTHING: HttpRequest = { method: "-", path: "-", headers: [], body: Buffer.alloc(0) };

/** The route that takes a connection: the one that says most about its server name, else the first that asks for none. */
export function streamRoute(routes: readonly TcpRoute[], { sni }: Stream): TcpRoute | undefined {
  const named = routes.flatMap((route) => (route.sni ?? []).map((host) => ({ route, host })));
  const found = sni === undefined ? undefined : mostSpecific(sni, named, ({ host }) => host);
  return found?.route ?? routes.find((one) => one.sni === undefined);
}

/** Where a proxy opens a connection of a route to: an endpoint whose own proxy takes it, if there is one. */
export function streamWay(mesh: Mesh, proxy: Workload, route: TcpRoute, stream: Stream): StreamWay {
  const name = byWeight(route.destinations, mesh.random)?.cluster;
  const cluster = name === undefined ? undefined : mesh.config.cluster(name, proxy);
  const part = partOf(mesh, proxy, stream, cluster?.name);
  if (cluster === undefined) return { endpoint: undefined, parts: [{ ...part, flags: ["NC"] }] };
  const endpoint = chosen(mesh, proxy, cluster, stream);
  if (endpoint === undefined) return { endpoint, parts: [{ ...part, flags: ["UH"] }] };
  const transport = transportTo(mesh, proxy, cluster, endpoint);
  const own = { ...part, upstreamHost: `${endpoint.address}:${endpoint.port}` };
  const door = doorOf(mesh.config, endpoint);
  const failure = FAILED_HANDSHAKES[handshake(door, transport)]?.transportFailure;
  if (failure !== undefined) {
    return { endpoint: undefined, parts: [{ ...own, flags: ["UF", "URX"], transportFailure: failure }] };
  }
  const entry = streamEntry(mesh, endpoint, { transport, from: proxy.address, source: proxy });
  return { endpoint: entry.endpoint, parts: [own, ...entry.parts] };
}

/** What stands before an endpoint lets a connection in, or does not; a gateway tells of it by itself. */
export function streamEntry(mesh: Mesh, endpoint: Endpoint, arrival: Arrival): StreamWay {
  const { workload, address, port } = endpoint;
  const door = doorOf(mesh.config, endpoint);
  const isWell = handshake(door, arrival.transport) === "ok";
  if (workload === undefined || door === "program" || door === "outside" || door === "gateway") {
    return { endpoint: isWell ? endpoint : undefined, parts: [] };
  }
  const local = `${address}:${port}`;
  const begun = { workload, direction: "inbound", startedAt: mesh.now(), arrival, local } as const;
  if (!isWell) return { endpoint: undefined, parts: [{ ...REFUSED, begun }] };
  const termination = admitConnection(mesh.config.inbound(workload, port), workload, port, arrival);
  const upstreamHost = termination === undefined ? local : undefined;
  const part: StreamPart = { begun, cluster: `inbound|${port}||`, upstreamHost, termination };
  return { endpoint: termination === undefined ? endpoint : undefined, parts: [part] };
}

/** A connection to what nobody knows, or that no route of a proxy's takes. */
export function streamElsewhere(
  mesh: Mesh,
  proxy: Workload,
  policy: UnknownHost | "no route",
  stream: Stream,
): StreamPart {
  if (policy === "no route") return { ...partOf(mesh, proxy, stream, undefined), ...REFUSED };
  if (policy === "blackhole") return { ...partOf(mesh, proxy, stream, "BlackHoleCluster"), flags: ["UH"] };
  return { ...partOf(mesh, proxy, stream, "PassthroughCluster"), upstreamHost: stream.local };
}

const REFUSED = {
  cluster: undefined,
  upstreamHost: undefined,
  flags: ["NR"],
  details: "filter_chain_not_found",
} as const satisfies Partial<StreamPart>;

function partOf(mesh: Mesh, proxy: Workload, stream: Stream, cluster: string | undefined): StreamPart {
  const { sni, from, to, local } = stream;
  const arrival: Arrival = {
    transport: sni === undefined ? { kind: "plaintext" } : { kind: "tls", sni },
    from,
    source: undefined,
    ...(to && { to }),
  };
  const direction = proxy.proxy === "gateway" ? "gateway" : "outbound";
  return {
    begun: { workload: proxy, direction, startedAt: mesh.now(), arrival, local },
    cluster,
    upstreamHost: undefined,
  };
}

function chosen(mesh: Mesh, proxy: Workload, cluster: Cluster, stream: Stream): Endpoint | undefined {
  const { to, from } = stream;
  if (cluster.type === "ORIGINAL_DST" && to !== undefined) {
    return { ...to, workload: mesh.config.workloadAt(to.address), weight: 1 };
  }
  const state = clusterState(mesh.state, proxy, cluster);
  const choice = { cluster: state, request: NOTHING, from, random: mesh.random };
  return balance(cluster.balancing, healthy(cluster.outlier, state, cluster.endpoints, mesh.now()), choice);
}
