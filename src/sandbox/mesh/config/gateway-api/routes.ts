import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { RetryPolicy, Route, TcpRoute } from "../config.ts";
import { milliseconds } from "../duration.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { Origin } from "../origin.ts";
import { ANY_REQUEST } from "../routes/match.ts";
import { retryPolicy } from "../routes/retries.ts";
import type { HostRules, RuleContext } from "../routes/rules.ts";
import { byAge, type ObjectView, RESOURCES } from "../view.ts";
import { backendsOf, mirrorsOf } from "./backends.ts";
import { filteredHeaders, filteredRedirect, filteredRewrite } from "./filters.ts";
import type { ApiListener } from "./gateways.ts";
import { byPrecedence, grpcMatch, httpMatch } from "./match.ts";
import { type Attachment, attachmentsOf } from "./parents.ts";

/** A route at one of the places where it holds. */
interface Attached {
  readonly object: KubeObject;
  readonly at: Attachment;
}

/** All routes of the Gateway API, those for the same host at the same place as one. */
export function apiRoutes(view: ObjectView, listeners: readonly ApiListener[], options: MeshOptions): HostRules[] {
  const routes = [RESOURCES.httpRoutes, RESOURCES.grpcRoutes, RESOURCES.tlsRoutes, RESOURCES.tcpRoutes];
  const objects = byAge(routes.flatMap((resource) => view.list(resource)));
  const groups = new Map<string, Attached[]>();
  for (const object of objects) {
    for (const at of attachmentsOf(view, object, listeners, options.domain)) {
      const key = `${at.gateway} ${at.host} ${at.exportTo}`;
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push({ object, at });
    }
  }
  return [...groups.values()].flatMap((group) => rulesOf(view, group, options.domain) ?? []);
}

function rulesOf(view: ObjectView, group: readonly Attached[], domain: string): HostRules | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const { object, at } = first;
  const of = (context: RuleContext, kinds: readonly string[]): readonly KubeObject[] =>
    group
      .filter((one) => kinds.includes(one.object.kind) && (one.at.port ?? context.port) === context.port)
      .map((one) => one.object);
  return {
    origin: originOf(object),
    namespace: object.metadata.namespace ?? "",
    hosts: [at.host],
    gateways: [at.gateway],
    exportTo: at.exportTo,
    destinations: group.flatMap((one) => backendHosts(one.object, domain)),
    http: (context) =>
      of(context, ["HTTPRoute", "GRPCRoute"])
        .flatMap((one) => httpRoutes(view, one, context))
        .sort(byFirst),
    tls: (context) => of(context, ["TLSRoute"]).flatMap((one) => connections(view, one, context, [at.host])),
    tcp: (context) => of(context, ["TCPRoute"]).flatMap((one) => connections(view, one, context, undefined)),
  };
}

function backendHosts({ metadata, spec }: KubeObject, domain: string): readonly string[] {
  const refs: readonly JsonObject[] = (spec?.rules ?? []).flatMap((rule: JsonObject) => [
    ...(rule.backendRefs ?? []),
    ...(rule.filters ?? []).flatMap((filter: JsonObject) => filter.requestMirror?.backendRef ?? []),
  ]);
  return refs.map(({ name, namespace = metadata.namespace }) => `${name}.${namespace}.svc.${domain}`);
}

function originOf({ kind, metadata }: KubeObject): Origin {
  return { kind, namespace: metadata.namespace ?? "", name: metadata.name };
}

/** Each match is a route by itself, so that the best one wins over all rules. */
function httpRoutes(view: ObjectView, object: KubeObject, context: RuleContext): readonly Route[] {
  const origin = originOf(object);
  const asMatch = object.kind === "GRPCRoute" ? grpcMatch : httpMatch;
  return (object.spec?.rules ?? []).flatMap((rule: JsonObject): readonly Route[] => {
    const matches: readonly JsonObject[] = rule.matches?.length > 0 ? rule.matches : [{}];
    const filters: readonly JsonObject[] = rule.filters ?? [];
    const route: Omit<Route, "matches"> = {
      name: rule.name || undefined,
      origin,
      action: filteredRedirect(filters) ?? backendsOf(view, rule.backendRefs ?? [], origin, context),
      fault: undefined,
      timeoutMs: milliseconds(rule.timeouts?.request) || undefined,
      retries: retriesOf(rule, context),
      mirrors: mirrorsOf(view, filters, origin, context),
      rewrite: filteredRewrite(filters),
      headers: filteredHeaders(filters),
      cors: undefined,
    };
    return matches.map((match) => ({ ...route, matches: [asMatch(match)] }));
  });
}

function byFirst(a: Route, b: Route): number {
  return byPrecedence(a.matches[0] ?? ANY_REQUEST, b.matches[0] ?? ANY_REQUEST);
}

/** `retry` names statuses; `timeouts.backendRequest` is for each try. */
function retriesOf({ retry, timeouts }: JsonObject, { options }: RuleContext): RetryPolicy {
  const said = retry && {
    attempts: retry.attempts ?? 2,
    retryOn: ["connect-failure", "refused-stream", "unavailable", "cancelled", ...(retry.codes ?? [])].join(","),
    backoff: retry.backoff,
  };
  const perTryMs = milliseconds(timeouts?.backendRequest) || undefined;
  return { ...retryPolicy(said, options.retries), perTryMs };
}

function connections(
  view: ObjectView,
  object: KubeObject,
  context: RuleContext,
  sni: readonly string[] | undefined,
): readonly TcpRoute[] {
  return (object.spec?.rules ?? []).flatMap((rule: JsonObject) => {
    const action = backendsOf(view, rule.backendRefs ?? [], originOf(object), context);
    return action.kind === "forward" ? [{ sni, destinations: action.destinations }] : [];
  });
}
