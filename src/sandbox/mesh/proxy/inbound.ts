import { withHeader, withoutHeaders } from "../headers.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Endpoint, HeaderPairs, HttpAnswer, HttpRequest, Workload } from "../model.ts";
import { admit } from "../security/admit.ts";
import { handshake } from "../security/handshake.ts";
import { certificateOf, identityOf } from "../security/identity.ts";
import { ask, type Task } from "../task.ts";
import { LOCAL_REPLIES } from "./local-reply.ts";
import { type Beginning, record, recordRefusedConnection, recordUnreadable } from "./record.ts";
import { local, type Routed } from "./result.ts";
import type { Arrive } from "./try.ts";

/** The sidecar before a program: who may come, how, and what the program hears of it. */
export function* inbound(
  mesh: Mesh,
  workload: Workload,
  endpoint: Endpoint,
  request: HttpRequest,
  arrival: Arrival,
  arrive: Arrive,
): Task<HttpAnswer> {
  const begun: Beginning = {
    workload,
    direction: "inbound",
    startedAt: mesh.now(),
    request,
    arrival,
    local: `${endpoint.address}:${endpoint.port}`,
  };
  const policy = mesh.config.inbound(workload, endpoint.port);
  const begins = handshake(policy.mutualTls, arrival.transport);
  if (begins !== "ok") {
    // What a sidecar in DISABLE mode takes for HTTP is none; what one in PERMISSIVE mode hands on, it does not look at.
    if (begins === "wrong-version" && policy.mutualTls === "DISABLE") recordUnreadable(mesh, begun);
    else if (begins === "no-filter-chain") recordRefusedConnection(mesh, begun);
    return "reset";
  }
  const admitted = yield* admit(policy, { mesh, workload, port: endpoint.port, request, arrival, arrive });
  if ("response" in admitted) {
    // Who is refused had been routed before: the log names the cluster, and no endpoint of it.
    record(mesh, begun, { ...admitted, cluster: clusterOf(endpoint) }, "default");
    return toClient(admitted, "istio-envoy");
  }
  const routed = yield* serve(mesh, workload, endpoint, admitted.request, arrival);
  record(mesh, begun, routed, "default");
  return toClient(withAnswer(routed, admitted.headers), "istio-envoy");
}

function clusterOf({ port }: Endpoint): string {
  return `inbound|${port}||`;
}

/** With headers that go along with the answer. */
export function withAnswer(routed: Routed, headers: HeaderPairs): Routed {
  if (headers.length === 0) return routed;
  return { ...routed, response: { ...routed.response, headers: [...routed.response.headers, ...headers] } };
}

/** Asks the program; one that is not there is tried again twice, as the inbound route has it. */
function* serve(
  mesh: Mesh,
  workload: Workload,
  endpoint: Endpoint,
  request: HttpRequest,
  arrival: Arrival,
): Task<Routed> {
  const cluster = clusterOf(endpoint);
  const upstreamHost = `${endpoint.address}:${endpoint.port}`;
  const startedAt = mesh.now();
  const answer = yield* ask(endpoint, told(mesh, workload, request, arrival), "127.0.0.6");
  if (typeof answer === "string") {
    const reply = answer === "refused" ? LOCAL_REPLIES.connectFailed : LOCAL_REPLIES.connectionTermination;
    return local(reply, { cluster, upstreamHost, attempts: 1 });
  }
  return {
    response: answer,
    flags: [],
    details: "via_upstream",
    transportFailure: undefined,
    cluster,
    upstreamHost,
    upstreamMs: mesh.now() - startedAt,
    attempts: 1,
    isLocal: false,
  };
}

/** The program hears who called, where that was proven; what the caller itself says of it is not passed on. */
function told(
  { config, now }: Mesh,
  workload: Workload,
  request: HttpRequest,
  { transport, source }: Arrival,
): HttpRequest {
  if (transport.kind !== "mutual") {
    return { ...request, headers: withoutHeaders(request.headers, ["x-forwarded-client-cert"]) };
  }
  const own = identityOf(config.trustDomain, workload);
  const value = `By=${own};Hash=${certificateOf(transport.identity, source?.uid ?? "", now(), source?.startedAt).hash};Subject="";URI=${transport.identity}`;
  return { ...request, headers: withHeader(request.headers, "x-forwarded-client-cert", value) };
}

/** What goes back: the proxy names itself, and what its upstream took. */
export function toClient({ response, upstreamMs }: Routed, server: "istio-envoy" | "envoy"): HttpAnswer {
  let headers = withHeader(response.headers, "server", server);
  if (upstreamMs !== undefined)
    headers = withHeader(headers, "x-envoy-upstream-service-time", String(Math.round(upstreamMs)));
  return { ...response, headers: headers.map(([name, value]) => [name.toLowerCase(), value] as const) };
}
