import type { JsonObject } from "../../objects/index.ts";
import type {
  CorsPolicy,
  Fault,
  HeaderChanges,
  HeaderOperations,
  PathRewrite,
  RetryPolicy,
  Route,
  RouteAction,
  WeightedCluster,
} from "../config/config.ts";
import { routeMatch, stringMatch } from "./match.ts";
import { any, duration, istioMetadata, message } from "./proto.ts";

/** A rule's routes as Envoy has them: one for each of its matches. `host` is the virtual host's name, for traces. */
export function envoyRoutes(route: Route, host: string): readonly JsonObject[] {
  const matches = route.matches.length === 0 ? [{ prefix: "/" }] : route.matches.map(routeMatch);
  const { request, response } = headerFields(route.headers);
  return matches.map((match) =>
    message({
      match,
      ...actionOf(route),
      metadata: istioMetadata(route.origin),
      decorator: { operation: `${host}/*` },
      typed_per_filter_config: filtersOf(route),
      ...request,
      ...response,
      name: route.name,
    }),
  );
}

function actionOf(route: Route): JsonObject {
  const { action } = route;
  if (action.kind === "direct") {
    return {
      direct_response: message({
        status: action.status,
        body: action.body === "" ? undefined : { inline_string: action.body },
      }),
    };
  }
  return action.kind === "redirect" ? { redirect: redirectOf(action) } : { route: forwardOf(route, action) };
}

function forwardOf(route: Route, action: Extract<RouteAction, { kind: "forward" }>): JsonObject {
  const timeout = duration(route.timeoutMs ?? 0);
  return message({
    ...destinationOf(action.destinations),
    cluster_not_found_response_code: action.missingStatus === 500 ? "INTERNAL_SERVER_ERROR" : undefined,
    timeout,
    retry_policy: retryPolicy(route.retries),
    request_mirror_policies:
      route.mirrors.length > 0
        ? route.mirrors.map(({ cluster, percent }) => ({
            cluster,
            runtime_fraction: { default_value: fraction(percent) },
            disable_shadow_host_suffix_append: true,
          }))
        : undefined,
    ...rewriteOf(route.rewrite.path),
    host_rewrite_literal: route.rewrite.authority,
    max_grpc_timeout: timeout,
  });
}

function destinationOf(destinations: readonly WeightedCluster[]): JsonObject {
  const [only] = destinations;
  if (only !== undefined && destinations.length === 1 && isUnchanged(only.headers)) return { cluster: only.cluster };
  const clusters = destinations.map(({ cluster, weight, headers }) => {
    const { request, response } = headerFields(headers);
    return { name: cluster, weight, ...request, ...response };
  });
  const total_weight = destinations.reduce((sum, { weight }) => sum + weight, 0);
  return { weighted_clusters: { clusters, total_weight } };
}

function isUnchanged({ request, response }: HeaderChanges): boolean {
  return [request, response].every(
    ({ set, add, remove }) => Object.keys(set).length + Object.keys(add).length + remove.length === 0,
  );
}

function headerFields({ request, response }: HeaderChanges): {
  readonly request: JsonObject;
  readonly response: JsonObject;
} {
  return { request: operations("request", request), response: operations("response", response) };
}

function operations(of: "request" | "response", { set, add, remove }: HeaderOperations): JsonObject {
  const pairs = (from: Readonly<Record<string, string>>, action: string | undefined): readonly JsonObject[] =>
    Object.entries(from).map(([key, value]) => message({ header: { key, value }, append_action: action }));
  const added = [...pairs(set, "OVERWRITE_IF_EXISTS_OR_ADD"), ...pairs(add, undefined)];
  return message({
    [`${of}_headers_to_add`]: added.length > 0 ? added : undefined,
    [`${of}_headers_to_remove`]: remove.length > 0 ? remove : undefined,
  });
}

function rewriteOf(path: PathRewrite | undefined): JsonObject {
  if (path === undefined) return {};
  if (path.kind === "prefix") return { prefix_rewrite: path.to };
  const regex = path.kind === "full" ? ".*" : path.match;
  return { regex_rewrite: { pattern: { regex }, substitution: path.to } };
}

const REDIRECTS: Readonly<Record<number, string>> = {
  302: "FOUND",
  303: "SEE_OTHER",
  307: "TEMPORARY_REDIRECT",
  308: "PERMANENT_REDIRECT",
};

function redirectOf({ status, scheme, authority, path, port }: Extract<RouteAction, { kind: "redirect" }>): JsonObject {
  const target = path === undefined ? {} : path.kind === "full" ? { path_redirect: path.to } : rewriteOf(path);
  return message({
    scheme_redirect: scheme,
    host_redirect: authority,
    port_redirect: port,
    ...target,
    response_code: REDIRECTS[status],
  });
}

function retryPolicy({ attempts, on, statuses, perTryMs, backoffMs }: RetryPolicy): JsonObject | undefined {
  if (attempts === 0) return undefined;
  const host = "envoy.retry_host_predicates.previous_hosts";
  return message({
    retry_on: on.join(","),
    num_retries: attempts,
    per_try_timeout: perTryMs === undefined ? undefined : duration(perTryMs),
    retry_host_predicate: [
      { name: host, typed_config: any("envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate", {}) },
    ],
    host_selection_retry_max_attempts: "5",
    retriable_status_codes: statuses.length > 0 ? statuses : undefined,
    retry_back_off: backoffMs === 25 ? undefined : { base_interval: duration(backoffMs) },
  });
}

/** What filters are told for one route: faults, and who may ask from elsewhere. */
function filtersOf({ fault, cors }: Route): JsonObject | undefined {
  const filters = message({
    "envoy.filters.http.cors": cors && any("envoy.extensions.filters.http.cors.v3.CorsPolicy", corsOf(cors)),
    "envoy.filters.http.fault": fault && any("envoy.extensions.filters.http.fault.v3.HTTPFault", faultOf(fault)),
  });
  return Object.keys(filters).length === 0 ? undefined : filters;
}

function faultOf({ delay, abort }: Fault): JsonObject {
  return message({
    delay: delay && { fixed_delay: duration(delay.ms), percentage: fraction(delay.percent) },
    abort:
      abort &&
      (abort.grpc === undefined
        ? { http_status: abort.status, percentage: fraction(abort.percent) }
        : { grpc_status: Number(abort.grpc), percentage: fraction(abort.percent) }),
  });
}

function corsOf(cors: CorsPolicy): JsonObject {
  return message({
    allow_origin_string_match: cors.origins.map(stringMatch),
    allow_methods: cors.methods.join(",") || undefined,
    allow_headers: cors.allowHeaders.join(",") || undefined,
    expose_headers: cors.exposeHeaders.join(",") || undefined,
    max_age: cors.maxAgeSeconds === undefined ? undefined : String(cors.maxAgeSeconds),
    allow_credentials: cors.credentials,
  });
}

/** Of a million, as istiod says percentages: to a ten-thousandth of a percent. */
function fraction(percent: number): JsonObject {
  return { numerator: Math.round(percent * 10_000), denominator: "MILLION" };
}
