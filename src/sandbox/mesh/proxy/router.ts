import { issuedCookie } from "../cluster/balance.ts";
import type { Cluster, RequestMatch, Route, RouteAction, WeightedCluster } from "../config/config.ts";
import { changeHeaders, withHeader } from "../headers.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, Endpoint, HttpRequest, Workload } from "../model.ts";
import { clusterState, count } from "../state.ts";
import { LATE, spawn, type Task, wait, within } from "../task.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { grpcResponse } from "./grpc.ts";
import { LOCAL_REPLIES, localResponse } from "./local-reply.ts";
import { redirected } from "./redirect.ts";
import { local, type Routed } from "./result.ts";
import { backoff, wantsRetry } from "./retry.ts";
import { rewrittenPath } from "./rewrite.ts";
import { type Arrive, type Trial, tryOnce } from "./try.ts";

/** Follows a route to its end: CORS, faults, then on to a cluster, elsewhere, or a fixed answer. Envoy's filters in their order. */
export function* follow(
  mesh: Mesh,
  proxy: Workload,
  { route, match }: { readonly route: Route; readonly match: RequestMatch | undefined },
  request: HttpRequest,
  arrival: Arrival,
  arrive: Arrive,
): Task<Routed> {
  const asked = route.cors && preflight(route.cors, request);
  if (asked !== undefined)
    return {
      ...local({ ...LOCAL_REPLIES.routeNotFound, flag: undefined, details: "cors.response_code" }),
      response: asked,
    };
  const fault = yield* faulted(mesh, route, request);
  if ("response" in fault) return fault;
  const result = yield* act(mesh, proxy, route, match, request, arrival, arrive);
  const headers = changeHeaders(result.response.headers, route.headers.response);
  const response = {
    ...result.response,
    headers: [...headers, ...(route.cors ? corsHeaders(route.cors, request) : [])],
  };
  return { ...result, response, flags: [...fault.flags, ...result.flags] };
}

/** A delay that is due, then an answer that is due instead of the real one. */
function* faulted({ random }: Mesh, { fault }: Route, request: HttpRequest): Task<Routed | Pick<Routed, "flags">> {
  const isDelayed = fault?.delay !== undefined && random() * 100 < fault.delay.percent;
  if (isDelayed) yield* wait(fault.delay?.ms ?? 0);
  const flags = isDelayed ? (["DI"] as const) : [];
  if (fault?.abort === undefined || random() * 100 >= fault.abort.percent) return { flags };
  const said = { ...LOCAL_REPLIES.faultAbort, status: fault.abort.status };
  const reply = local(said);
  const response = grpcResponse(said, fault.abort.grpc, request) ?? reply.response;
  return { ...reply, response, flags: [...flags, ...reply.flags] };
}

function* act(
  mesh: Mesh,
  proxy: Workload,
  route: Route,
  match: RequestMatch | undefined,
  request: HttpRequest,
  arrival: Arrival,
  arrive: Arrive,
): Task<Routed> {
  const { action } = route;
  switch (action.kind) {
    case "redirect":
      return {
        ...local({ ...LOCAL_REPLIES.routeNotFound, flag: undefined, details: "direct_response" }),
        response: redirected(action, request, match),
      };
    case "direct":
      return {
        ...local({ ...LOCAL_REPLIES.routeNotFound, flag: undefined, details: "direct_response" }),
        response: localResponse({ status: action.status, flag: undefined, details: "", body: action.body }),
      };
    case "forward":
      return yield* forward(mesh, proxy, route, action, match, request, arrival, arrive);
  }
}

function* forward(
  mesh: Mesh,
  proxy: Workload,
  route: Route,
  { destinations, missingStatus = 503 }: Extract<RouteAction, { kind: "forward" }>,
  match: RequestMatch | undefined,
  request: HttpRequest,
  arrival: Arrival,
  arrive: Arrive,
): Task<Routed> {
  const chosen = byWeight(destinations, mesh.random);
  const cluster = chosen && mesh.config.cluster(chosen.cluster, proxy);
  if (chosen === undefined || cluster === undefined) {
    return local({ ...LOCAL_REPLIES.clusterNotFound, status: missingStatus });
  }
  const onward = prepared(route, chosen, match, request);
  yield* mirror(mesh, proxy, route, onward, arrival, arrive);
  const issued = issuedCookie(cluster.balancing, onward, mesh.random);
  const trial: Trial = { endpoint: undefined, release: () => {}, issued: issued?.value };
  const result = yield* within(route.timeoutMs, tryAgain(mesh, proxy, cluster, route, onward, arrival, trial, arrive));
  if (result === LATE) {
    const { endpoint } = trial;
    trial.release();
    count(clusterState(mesh.state, proxy, cluster), "upstream_rq_timeout");
    const upstreamHost = endpoint && `${endpoint.address}:${endpoint.port}`;
    return local(LOCAL_REPLIES.timeout, { cluster: cluster.name, upstreamHost, attempts: 1 });
  }
  const { headers: own } = result.response;
  const given = issued === undefined || result.isLocal ? own : [...own, ["set-cookie", issued.header] as const];
  return { ...result, response: { ...result.response, headers: changeHeaders(given, chosen.headers.response) } };
}

/** A share by weight; a single destination has all of it, whatever its weight says. */
export function byWeight(destinations: readonly WeightedCluster[], random: () => number): WeightedCluster | undefined {
  if (destinations.length === 1) return destinations[0];
  let left = random() * destinations.reduce((sum, { weight }) => sum + weight, 0);
  return destinations.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
}

/** The request as it goes on: rewritten, with the headers that the route and the destination want. */
function prepared(
  route: Route,
  { headers }: WeightedCluster,
  match: RequestMatch | undefined,
  request: HttpRequest,
): HttpRequest {
  const { path, authority } = route.rewrite;
  let next = changeHeaders(changeHeaders(request.headers, route.headers.request), headers.request);
  if (authority !== undefined) next = withHeader(next, "host", authority);
  if (route.timeoutMs !== undefined) next = withHeader(next, "x-envoy-expected-rq-timeout-ms", String(route.timeoutMs));
  if (path === undefined) return { ...request, headers: next };
  return {
    ...request,
    headers: withHeader(next, "x-envoy-original-path", request.path),
    path: rewrittenPath(request.path, path, match),
  };
}

function* mirror(
  mesh: Mesh,
  proxy: Workload,
  { mirrors }: Route,
  request: HttpRequest,
  arrival: Arrival,
  arrive: Arrive,
): Task<void> {
  for (const { cluster: name, percent } of mirrors) {
    const cluster = mesh.config.cluster(name, proxy);
    if (cluster === undefined || mesh.random() * 100 >= percent) continue;
    const trial: Trial = { endpoint: undefined, release: () => {} };
    yield* spawn(tryOnce(mesh, proxy, cluster, request, arrival, [], trial, arrive));
  }
}

function* tryAgain(
  mesh: Mesh,
  proxy: Workload,
  cluster: Cluster,
  { retries }: Route,
  request: HttpRequest,
  arrival: Arrival,
  trial: Trial,
  arrive: Arrive,
): Task<Routed> {
  const tried: Endpoint[] = [];
  const state = clusterState(mesh.state, proxy, cluster);
  for (let attempt = 1; ; attempt++) {
    const counted = { ...request, headers: withHeader(request.headers, "x-envoy-attempt-count", String(attempt)) };
    let result = yield* within(retries.perTryMs, tryOnce(mesh, proxy, cluster, counted, arrival, tried, trial, arrive));
    if (result === LATE) {
      trial.release();
      const upstreamHost = trial.endpoint && `${trial.endpoint.address}:${trial.endpoint.port}`;
      result = local(LOCAL_REPLIES.perTryTimeout, { cluster: cluster.name, upstreamHost });
    }
    if (!wantsRetry(result, retries) || retries.attempts === 0) return ended(result, attempt);
    if (attempt > retries.attempts) return ended({ ...result, flags: ["URX", ...result.flags] }, attempt);
    if (state.retries >= cluster.pool.maxRetries) {
      count(state, "upstream_rq_retry_overflow");
      return { ...result, attempts: attempt };
    }
    if (trial.endpoint !== undefined) tried.splice(0, tried.length, trial.endpoint);
    count(state, "upstream_rq_retry");
    state.retries += 1;
    yield* wait(backoff(retries, attempt + 1, mesh.random));
    state.retries -= 1;
  }
}

/** After the last try: where no connection came about, the words say that there were others. Source: Envoy's router.cc. */
function ended(result: Routed, attempts: number): Routed {
  const isCut = result.isLocal && (result.flags.includes("UF") || result.flags.includes("UC"));
  if (!isCut || attempts === 1) return { ...result, attempts };
  const body = String(result.response.body).replace(/\. reset reason:/, ". retried and the latest reset reason:");
  const { status, headers } = result.response;
  const kept = headers.filter(([name]) => !name.startsWith("content-"));
  const response = localResponse({ status, flag: undefined, details: "", body, headers: kept });
  return { ...result, attempts, response };
}
