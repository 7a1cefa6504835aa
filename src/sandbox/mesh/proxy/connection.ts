import { balance } from "../cluster/balance.ts";
import { healthy } from "../cluster/outlier.ts";
import type { TcpRoute } from "../config/config.ts";
import { mostSpecific } from "../config/hosts.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Destination, Endpoint, HttpRequest, Workload } from "../model.ts";
import { admitConnection } from "../security/admit.ts";
import { doorOf, handshake } from "../security/handshake.ts";
import { clusterState } from "../state.ts";
import { byWeight } from "./router.ts";
import { transportTo } from "./try.ts";

/** A connection whose bytes are nobody's affair: what is known of it. */
export interface Stream {
  /** The server name of its TLS greeting; undefined where it is no TLS. */
  readonly sni: string | undefined;
  /** The client's address. */
  readonly from: string;
  /** Where the client connected to, if a sidecar caught it. */
  readonly to?: Destination;
}

const NOTHING: HttpRequest = { method: "-", path: "-", headers: [], body: Buffer.alloc(0) };

/** The route that takes a connection: the one that says most about its server name, else the first that asks for none. */
export function streamRoute(routes: readonly TcpRoute[], { sni }: Stream): TcpRoute | undefined {
  const named = routes.flatMap((route) => (route.sni ?? []).map((host) => ({ route, host })));
  const found = sni === undefined ? undefined : mostSpecific(sni, named, ({ host }) => host);
  return found?.route ?? routes.find((one) => one.sni === undefined);
}

/**
 * Where a proxy opens a connection of a route to: an endpoint whose own proxy takes it. Undefined: there is none, or it is
 * refused there; the client's connection is then cut.
 */
export function streamEndpoint(mesh: Mesh, proxy: Workload, route: TcpRoute, stream: Stream): Endpoint | undefined {
  const name = byWeight(route.destinations, mesh.random)?.cluster;
  const cluster = name === undefined ? undefined : mesh.config.cluster(name, proxy);
  if (cluster === undefined) return undefined;
  const state = clusterState(mesh.state, proxy, cluster.name);
  const choice = { cluster: state, request: NOTHING, from: stream.from, random: mesh.random };
  const isOriginal = cluster.type === "ORIGINAL_DST" && stream.to !== undefined;
  const endpoint = isOriginal
    ? { ...stream.to, workload: mesh.config.workloadAt(stream.to.address), weight: 1 }
    : balance(cluster.balancing, healthy(cluster.outlier, state, cluster.endpoints, mesh.now()), choice);
  if (endpoint === undefined) return undefined;
  const arrival: Arrival = {
    transport: transportTo(mesh, proxy, cluster, endpoint),
    from: proxy.address,
    source: proxy,
  };
  return takesStream(mesh, endpoint, arrival) ? endpoint : undefined;
}

/** Whether what stands before an endpoint lets a connection in. */
export function takesStream(mesh: Mesh, endpoint: Endpoint, arrival: Arrival): boolean {
  const { workload, port } = endpoint;
  const door = doorOf(mesh.config, endpoint);
  if (handshake(door, arrival.transport) !== "ok") return false;
  if (workload === undefined || door === "program" || door === "outside") return true;
  return admitConnection(mesh.config.inbound(workload, port), workload, port, arrival) === undefined;
}
