import type { GatewayCertificate, GatewayListener, Route, RouteTable } from "../config/config.ts";
import { mostSpecific } from "../config/hosts.ts";
import { header, withHeader, withoutHeaders } from "../headers.ts";
import { routeFor } from "../match/match.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Endpoint, HttpAnswer, HttpRequest, Workload } from "../model.ts";
import { admit } from "../security/admit.ts";
import type { Task } from "../task.ts";
import { toClient, withAnswer } from "./inbound.ts";
import { LOCAL_REPLIES } from "./local-reply.ts";
import { type Beginning, record, recordRefusedConnection, recordUnreadable } from "./record.ts";
import { requestId } from "./request-id.ts";
import { local, type Routed } from "./result.ts";
import { byWeight, follow } from "./router.ts";
import type { Arrive } from "./try.ts";

/** A gateway's proxy: its port is closed unless a Gateway opens it. */
export function* gateway(
  mesh: Mesh,
  workload: Workload,
  endpoint: Endpoint,
  request: HttpRequest,
  arrival: Arrival,
  arrive: Arrive,
): Task<HttpAnswer> {
  const listener = mesh.config.gateway(workload, endpoint.port);
  if (listener === undefined) return "refused";
  const isTls = listener.kind === "https";
  const begun: Beginning = {
    workload,
    direction: "gateway",
    startedAt: mesh.now(),
    request,
    arrival,
    local: `${endpoint.address}:${endpoint.port}`,
  };
  if (isTls !== (arrival.transport.kind !== "plaintext")) {
    if (isTls) recordRefusedConnection(mesh, begun);
    else recordUnreadable(mesh, begun);
    return "reset";
  }
  const onward = fromOutside(mesh, request, arrival, isTls ? "https" : "http");
  const { routed, name } = yield* decide(mesh, workload, listener, onward, { arrival, arrive, port: endpoint.port });
  record(mesh, { ...begun, request: onward }, routed, name);
  return toClient(routed, "istio-envoy");
}

function* decide(
  mesh: Mesh,
  workload: Workload,
  listener: NonNullable<ReturnType<Mesh["config"]["gateway"]>>,
  request: HttpRequest,
  { arrival, arrive, port }: { readonly arrival: Arrival; readonly arrive: Arrive; readonly port: number },
): Task<{ readonly routed: Routed; readonly name: string | undefined }> {
  const policy = mesh.config.inbound(workload, port);
  const routeOf = (asked: HttpRequest): ReturnType<typeof routeFor> => {
    const host = routesOf(listener, arrival).find(header(asked.headers, "host") ?? "");
    return host && routeFor(host.routes, asked);
  };
  const admitted = yield* admit(policy, { mesh, workload, port, request, arrival, arrive });
  if ("response" in admitted) return refused(mesh, workload, admitted, routeOf(request)?.route);
  const found = routeOf(admitted.request);
  if (found === undefined) return { routed: local(LOCAL_REPLIES.routeNotFound), name: undefined };
  const routed = yield* follow(mesh, workload, found, admitted.request, arrival, arrive);
  return { routed: withAnswer(routed, admitted.headers), name: found.route.name };
}

/** Who is refused had been routed before: the log names the route and its cluster, and no endpoint of it. */
function refused(
  mesh: Mesh,
  workload: Workload,
  routed: Routed,
  route: Route | undefined,
): { readonly routed: Routed; readonly name: string | undefined } {
  const { action, name } = route ?? {};
  const chosen = action?.kind === "forward" ? byWeight(action.destinations, mesh.random) : undefined;
  const cluster = chosen && mesh.config.cluster(chosen.cluster, workload)?.name;
  return { routed: { ...routed, cluster }, name };
}

/** A TLS server has routes of its own: who came for one by its name does not see those of others. */
function routesOf(listener: GatewayListener, { transport }: Arrival): RouteTable {
  if (transport.kind === "plaintext") return listener.routes;
  return certificateFor(listener, transport.sni)?.routes ?? listener.routes;
}

/** The TLS server of a gateway's port that a client asks for by its name; undefined: none is of this name. */
export function certificateFor({ tls = [] }: GatewayListener, sni: string): GatewayCertificate | undefined {
  const named = tls.flatMap((one) => one.hosts.map((host) => ({ one, host })));
  return mostSpecific(sni, named, ({ host }) => host)?.one;
}

/** Only a proxy of the mesh may say these. */
const FORGED = ["x-forwarded-client-cert"];

/** What the first proxy of a mesh notes about who came. */
function fromOutside(mesh: Mesh, request: HttpRequest, { from }: Arrival, scheme: string): HttpRequest {
  const before = header(request.headers, "x-forwarded-for");
  let headers = withHeader(
    withoutHeaders(request.headers, FORGED),
    "x-forwarded-for",
    before === undefined ? from : `${before},${from}`,
  );
  headers = withHeader(headers, "x-forwarded-proto", scheme);
  if (isInternal(from)) headers = withHeader(headers, "x-envoy-internal", "true");
  return requestId(mesh, { ...request, headers });
}

/** RFC 1918 addresses. */
function isInternal(address: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(address);
}
