import type { OutboundListener, UnknownHost } from "../config/config.ts";
import { header, withHeader } from "../headers.ts";
import { routeFor } from "../match/match.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Destination, Endpoint, HttpAnswer, HttpRequest, Workload } from "../model.ts";
import type { Task } from "../task.ts";
import { arrive } from "./arrive.ts";
import { toClient } from "./inbound.ts";
import { LOCAL_REPLIES } from "./local-reply.ts";
import { type Beginning, record } from "./record.ts";
import { requestId } from "./request-id.ts";
import { local, type Routed } from "./result.ts";
import { byWeight, follow } from "./router.ts";
import { type Trial, tryOnce } from "./try.ts";

/** Where a connection goes that no proxy looks into: to the address itself, by kube-proxy's choice where it is a service's. */
export type Direct = (destination: Destination) => Endpoint | "refused" | "unreachable";

/**
 * A program in a pod sends a request. With a sidecar, routes and policies of the mesh decide what becomes of it; without
 * one it goes to where the address leads.
 */
export function* fromPod(
  mesh: Mesh,
  source: Workload,
  destination: Destination,
  request: HttpRequest,
  direct: Direct,
): Task<HttpAnswer | "unreachable"> {
  const isCaught = source.proxy === "sidecar" && !source.excluded.outbound.includes(destination.port);
  if (!isCaught) return yield* plainly(mesh, source, destination, request, direct);
  const arrival: Arrival = { transport: { kind: "plaintext" }, from: source.address, source, to: destination };
  const begun: Beginning = {
    workload: source,
    direction: "outbound",
    startedAt: mesh.now(),
    request,
    arrival,
    local: `${destination.address}:${destination.port}`,
  };
  const onward = requestId(mesh, { ...request, headers: withHeader(request.headers, "x-forwarded-proto", "http") });
  const listener = mesh.config.outbound(source, destination.address, destination.port);
  const { routed, name } = yield* decide(mesh, source, listener, destination, onward, arrival, direct);
  if (routed === "unreachable") return "unreachable";
  record(mesh, { ...begun, request: onward }, routed, name);
  return toClient(routed, "envoy");
}

/** From outside of the mesh, or from a program without a sidecar, straight to an endpoint. */
export function* plainly(
  mesh: Mesh,
  source: Workload | undefined,
  destination: Destination,
  request: HttpRequest,
  direct: Direct,
  from = source?.address ?? "",
): Task<HttpAnswer | "unreachable"> {
  const endpoint = direct(destination);
  if (typeof endpoint === "string") return endpoint;
  return yield* arrive(mesh, endpoint, request, { transport: { kind: "plaintext" }, from, source });
}

interface Decision {
  readonly routed: Routed | "unreachable";
  readonly name: string | undefined;
}

function* decide(
  mesh: Mesh,
  source: Workload,
  listener: OutboundListener,
  destination: Destination,
  request: HttpRequest,
  arrival: Arrival,
  direct: Direct,
): Task<Decision> {
  if (listener.kind === "unknown") {
    return yield* unknown(mesh, source, listener.policy, destination, request, direct);
  }
  if (listener.kind === "tcp") {
    // It carries no server name: routes that ask for one are not meant.
    const plain = listener.routes.find(({ sni }) => sni === undefined);
    if (plain === undefined) return yield* unknown(mesh, source, listener.unknown, destination, request, direct);
    const name = byWeight(plain.destinations, mesh.random)?.cluster;
    const cluster = name === undefined ? undefined : mesh.config.cluster(name, source);
    if (cluster === undefined) return { routed: local(LOCAL_REPLIES.clusterNotFound), name: undefined };
    const trial: Trial = { endpoint: undefined, release: () => {} };
    return { routed: yield* tryOnce(mesh, source, cluster, request, arrival, [], trial, arrive), name: undefined };
  }
  const host = listener.routes.find(header(request.headers, "host") ?? "");
  if (host === undefined) return yield* unknown(mesh, source, listener.unknown, destination, request, direct);
  const found = routeFor(host.routes, request);
  if (found === undefined) return { routed: local(LOCAL_REPLIES.routeNotFound), name: undefined };
  const routed = yield* follow(mesh, source, found, request, arrival, arrive);
  return { routed, name: found.route.name };
}

/** A host that nobody knows: through to its address, or an end. */
function* unknown(
  mesh: Mesh,
  source: Workload,
  policy: UnknownHost,
  destination: Destination,
  request: HttpRequest,
  direct: Direct,
): Task<Decision> {
  if (policy === "blackhole") {
    return { routed: local(LOCAL_REPLIES.blackhole, { cluster: "BlackHoleCluster" }), name: "block_all" };
  }
  const startedAt = mesh.now();
  const answer = yield* plainly(mesh, source, destination, request, direct);
  if (answer === "unreachable") return { routed: "unreachable", name: "allow_any" };
  const cluster = "PassthroughCluster";
  const upstreamHost = `${destination.address}:${destination.port}`;
  if (typeof answer === "string") {
    const reply = answer === "refused" ? LOCAL_REPLIES.connectFailed : LOCAL_REPLIES.connectionTermination;
    return { routed: local(reply, { cluster, upstreamHost, attempts: 1 }), name: "allow_any" };
  }
  const upstreamMs = mesh.now() - startedAt;
  const routed: Routed = {
    ...local(LOCAL_REPLIES.routeNotFound),
    response: answer,
    flags: [],
    details: "via_upstream",
    cluster,
    upstreamHost,
    upstreamMs,
    attempts: 1,
    isLocal: false,
  };
  return { routed, name: "allow_any" };
}
