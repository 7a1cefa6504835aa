import type { Mesh } from "../mesh.ts";
import type { Arrival, Bytes, Hop, HttpRequest, Workload } from "../model.ts";
import { LOCAL_REPLIES } from "./local-reply.ts";
import { local, type Routed } from "./result.ts";

/** What a hop is told of before anything is known of its end. */
export interface Beginning {
  readonly workload: Workload;
  readonly direction: Hop["direction"];
  readonly startedAt: number;
  readonly request: HttpRequest;
  readonly arrival: Arrival;
  /** The address and port on this side. */
  readonly local: string;
}

/** Tells of a proxy's part that is over; `bytes` are those of a connection that was not read as HTTP. */
export function record(
  mesh: Mesh,
  begun: Beginning,
  routed: Routed,
  routeName: string | undefined,
  bytes?: Bytes,
): void {
  const { tunnel } = routed.response;
  if (tunnel === undefined || bytes !== undefined) mesh.onHop(hopOf(mesh, begun, routed, routeName, bytes));
  else tunnel.whenOver((own) => mesh.onHop({ ...hopOf(mesh, begun, routed, routeName, undefined), ...own }));
}

function hopOf(
  mesh: Mesh,
  begun: Beginning,
  routed: Routed,
  routeName: string | undefined,
  bytes: Bytes | undefined,
): Hop {
  const { arrival, request } = begun;
  return {
    workload: begun.workload,
    direction: begun.direction,
    startedAt: begun.startedAt,
    durationMs: mesh.now() - begun.startedAt,
    protocol: bytes === undefined ? protocolOf(request) : "TCP",
    upstreamMs: routed.upstreamMs,
    request,
    status: routed.response.status,
    responseFlags: routed.flags,
    details: routed.details,
    termination: routed.termination,
    transportFailure: routed.transportFailure,
    received: bytes?.received ?? request.body.length,
    sent: bytes?.sent ?? routed.response.body.length,
    upstreamHost: routed.upstreamHost,
    cluster: routed.cluster,
    attempts: routed.attempts,
    downstream: { local: begun.local, remote: arrival.from },
    sni: arrival.transport.kind === "plaintext" ? undefined : arrival.transport.sni,
    routeName,
    transport: arrival.transport.kind,
  };
}

function protocolOf({ method, protocol }: HttpRequest): Hop["protocol"] {
  return method === UNREAD.method ? undefined : (protocol ?? "HTTP/1.1");
}

/** A connection that no filter chain takes: cut, and told of as a request without a method. */
export function recordRefusedConnection(mesh: Mesh, begun: Beginning): void {
  const reply = { ...LOCAL_REPLIES.routeNotFound, details: "filter_chain_not_found", status: 0 };
  record(mesh, { ...begun, request: UNREAD }, local(reply), undefined);
}

/** Bytes that are no HTTP, a TLS client's greeting: the answer is one that such a client does not understand. */
export function recordUnreadable(mesh: Mesh, begun: Beginning): void {
  const arrival: Arrival = { ...begun.arrival, transport: { kind: "plaintext" } };
  record(mesh, { ...begun, arrival, request: UNREAD }, local(LOCAL_REPLIES.codecError), undefined);
}

const UNREAD: HttpRequest = { method: "-", path: "-", headers: [], body: Buffer.alloc(0) };
