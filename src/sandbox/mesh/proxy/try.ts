import { balance } from "../cluster/balance.ts";
import { healthy, observe } from "../cluster/outlier.ts";
import type { Cluster } from "../config/config.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Endpoint, HttpAnswer, HttpRequest, Transport, Workload } from "../model.ts";
import { doorOf, type Handshake, handshake, takesMutualTls } from "../security/handshake.ts";
import { identityOf } from "../security/identity.ts";
import { type ClusterState, clusterState, count, endpointState } from "../state.ts";
import { park, type Task } from "../task.ts";
import { LOCAL_REPLIES, type LocalReply } from "./local-reply.ts";
import { local, type Routed } from "./result.ts";

/** How a request comes to an endpoint: the proxy before it, or the program itself. */
export type Arrive = (mesh: Mesh, endpoint: Endpoint, request: HttpRequest, arrival: Arrival) => Task<HttpAnswer>;

/** One try: a place in the pool, an endpoint, an answer. `given` tells outside what is held, to be let go when time is over. */
export interface Trial {
  endpoint: Endpoint | undefined;
  release: () => void;
  /** The value of a cookie that the client is about to be given. */
  readonly issued?: string | undefined;
}

/** Asks one endpoint of a cluster. Those in `tried` are asked only when there is no other. */
export function* tryOnce(
  mesh: Mesh,
  proxy: Workload,
  cluster: Cluster,
  request: HttpRequest,
  arrival: Arrival,
  tried: readonly Endpoint[],
  trial: Trial,
  arrive: Arrive,
): Task<Routed> {
  const state = clusterState(mesh.state, proxy, cluster);
  const reply = yield* enterPool(cluster, state, trial);
  if (reply !== undefined) return local(reply, { cluster: cluster.name });
  const all = cluster.type === "ORIGINAL_DST" ? original(mesh, cluster, arrival) : cluster.endpoints;
  const candidates = healthy(cluster.outlier, state, all, mesh.now());
  const fresh = candidates.filter((one) => !tried.includes(one));
  const endpoint = balance(cluster.balancing, fresh.length > 0 ? fresh : candidates, {
    cluster: state,
    request,
    from: arrival.from,
    random: mesh.random,
    issued: trial.issued,
  });
  if (endpoint === undefined) {
    trial.release();
    return local(LOCAL_REPLIES.noHealthyUpstream, { cluster: cluster.name });
  }
  trial.endpoint = endpoint;
  return yield* askEndpoint(mesh, proxy, cluster, state, endpoint, request, trial, arrive);
}

function* askEndpoint(
  mesh: Mesh,
  proxy: Workload,
  cluster: Cluster,
  state: ClusterState,
  endpoint: Endpoint,
  request: HttpRequest,
  trial: Trial,
  arrive: Arrive,
): Task<Routed> {
  const own = endpointState(state, endpoint.address, endpoint.port);
  const leave = trial.release;
  let isHeld = true;
  trial.release = () => {
    if (!isHeld) return;
    isHeld = false;
    own.active -= 1;
    leave();
  };
  own.active += 1;
  const startedAt = mesh.now();
  count(state, "upstream_rq_total");
  const transport = transportTo(mesh, proxy, cluster, endpoint);
  const answer = yield* arrive(mesh, endpoint, request, { transport, from: proxy.address, source: proxy });
  trial.release();
  const failed = failureOf(mesh, answer, transport, endpoint);
  if (cluster.outlier !== undefined) {
    const observation = typeof answer === "string" ? "local" : { status: answer.status };
    observe(cluster.outlier, state, cluster.endpoints, own, observation, mesh.now());
  }
  const upstreamHost = `${endpoint.address}:${endpoint.port}`;
  if (failed !== undefined || typeof answer === "string") {
    count(state, "upstream_rq_5xx");
    return local(failed ?? LOCAL_REPLIES.connectionTermination, { cluster: cluster.name, upstreamHost, attempts: 1 });
  }
  count(state, `upstream_rq_${Math.floor(answer.status / 100)}xx`);
  return {
    response: answer,
    flags: [],
    details: "via_upstream",
    transportFailure: undefined,
    cluster: cluster.name,
    upstreamHost,
    upstreamMs: mesh.now() - startedAt,
    attempts: 1,
    isLocal: false,
  };
}

/** The one place that the client connected to, whatever the cluster knows of it. */
function original({ config }: Mesh, { endpoints }: Cluster, { to }: Arrival): readonly Endpoint[] {
  if (to === undefined) return [];
  const known = endpoints.find(({ address, port }) => address === to.address && port === to.port);
  return [known ?? { ...to, workload: config.workloadAt(to.address), weight: 1 }];
}

/** A place among the cluster's connections, at once or after a wait; a full queue is an answer by itself. */
function* enterPool({ pool }: Cluster, state: ClusterState, trial: Trial): Task<LocalReply | undefined> {
  if (state.active >= pool.maxRequests) {
    count(state, "upstream_rq_pending_overflow");
    return LOCAL_REPLIES.overflow;
  }
  if (state.active >= pool.maxConnections) {
    if (state.queue.length >= pool.maxPending) {
      count(state, "upstream_rq_pending_overflow");
      return LOCAL_REPLIES.overflow;
    }
    count(state, "upstream_rq_pending_total");
    yield* park((wake) => {
      state.queue.push(wake);
      trial.release = () => {
        const at = state.queue.indexOf(wake);
        if (at >= 0) state.queue.splice(at, 1);
      };
    });
  }
  state.active += 1;
  trial.release = () => {
    state.active -= 1;
    trial.release = () => {};
    state.queue.shift()?.();
  };
  return undefined;
}

/** Mutual TLS where the other end takes it, unless a DestinationRule says otherwise. */
export function transportTo(
  { config }: Mesh,
  proxy: Workload,
  { tls, host, port, subset }: Cluster,
  endpoint: Endpoint,
): Transport {
  const isMutual =
    tls.kind === "istio-mutual" || (tls.kind === "auto" && takesMutualTls(config, endpoint.workload, endpoint.port));
  if (isMutual) {
    const identity = identityOf(config.trustDomain, proxy);
    return { kind: "mutual", identity, sni: `outbound_.${port}_.${subset ?? ""}_.${host}` };
  }
  return tls.kind === "simple" ? { kind: "tls", sni: tls.sni ?? host } : { kind: "plaintext" };
}

/** What a handshake that goes wrong is to the client's proxy; one that the server cuts is a connection that ends. */
export const FAILED_HANDSHAKES: Readonly<Record<Handshake, LocalReply | undefined>> = {
  ok: undefined,
  "no-filter-chain": LOCAL_REPLIES.connectionTermination,
  "wrong-version": LOCAL_REPLIES.wrongVersion,
  "certificate-unknown": LOCAL_REPLIES.certificateUnknown,
};

/** What the proxy makes of an end without an answer. */
function failureOf(
  { config }: Mesh,
  answer: HttpAnswer,
  transport: Transport,
  endpoint: Endpoint,
): LocalReply | undefined {
  if (answer === "refused") return LOCAL_REPLIES.connectFailed;
  if (answer !== "reset") return undefined;
  const door = doorOf(config, endpoint);
  // A gateway's port that speaks no TLS answers a greeting as any HTTP server does.
  const isPlainGateway =
    door === "gateway" &&
    endpoint.workload !== undefined &&
    transport.kind !== "plaintext" &&
    config.gateway(endpoint.workload, endpoint.port)?.kind === "http";
  if (isPlainGateway) return LOCAL_REPLIES.wrongVersion;
  return FAILED_HANDSHAKES[handshake(door, transport)] ?? LOCAL_REPLIES.connectionTermination;
}
