import type { JsonObject } from "../../../objects/index.ts";
import type { Mirror, RequestMatch, Route, RouteAction, WeightedCluster } from "../config.ts";
import { milliseconds } from "../duration.ts";
import { fullHost } from "../hosts.ts";
import type { Origin } from "../origin.ts";
import { headerChanges, UNCHANGED } from "./headers.ts";
import { ANY_REQUEST, concerns, requestMatch } from "./match.ts";
import { corsOf, directOf, faultOf, redirectOf, rewriteOf } from "./parts.ts";
import { retryPolicy } from "./retries.ts";
import { clusterName, destinationCluster, type RuleContext } from "./rules.ts";

/** An http rule of a VirtualService for one proxy and port; undefined: it is none of theirs. */
export function httpRoute(rule: JsonObject, origin: Origin, context: RuleContext): Route | undefined {
  const entries: readonly JsonObject[] = rule.match ?? [];
  const concerned = entries.filter((one) => concerns(one, context, origin.namespace));
  if (entries.length > 0 && concerned.length === 0) return undefined;
  const action = actionOf(rule, origin, context);
  if (action === undefined) return undefined;
  return {
    name: rule.name || undefined,
    origin,
    matches: matchesOf(concerned, rule),
    action,
    fault: faultOf(rule.fault),
    timeoutMs: milliseconds(rule.timeout) || undefined,
    retries: retryPolicy(rule.retries, context.options.retries),
    mirrors: action.kind === "forward" ? mirrorsOf(rule, origin, context) : [],
    rewrite: rewriteOf(rule.rewrite),
    headers: headerChanges(rule.headers),
    cors: corsOf(rule.corsPolicy),
  };
}

/** Entries that ask for nothing make it a rule for every request; a rewrite then is of the path's first slash. */
function matchesOf(entries: readonly JsonObject[], { rewrite }: JsonObject): readonly RequestMatch[] {
  const matches = entries.length === 0 ? [ANY_REQUEST] : entries.map(requestMatch);
  if (rewrite?.uri) return matches.map((one) => ({ ...one, path: one.path ?? { kind: "prefix", value: "/" } }));
  return matches.some(asksNothing) ? [] : matches;
}

/** Whether a match holds for every request. */
export function asksNothing(match: RequestMatch): boolean {
  const { path, method, authority, scheme, headers, withoutHeaders, query } = match;
  const isAnyPath =
    path === undefined ||
    ((path.kind === "prefix" || path.kind === "segment") && path.value === "/") ||
    (path.kind === "regex" && [".*", "/.*"].includes(path.value));
  const rest = [method, authority, scheme].every((one) => one === undefined);
  return isAnyPath && rest && headers.length + withoutHeaders.length + query.length === 0;
}

function actionOf(rule: JsonObject, origin: Origin, context: RuleContext): RouteAction | undefined {
  if (rule.redirect !== undefined) return redirectOf(rule.redirect, context.port);
  if (rule.directResponse !== undefined) return directOf(rule.directResponse);
  if (!(rule.route?.length > 0)) return undefined;
  return { kind: "forward", destinations: weighted(rule.route, origin, context) };
}

/** Destinations of a rule with what each gets. One alone gets all, of several those without a weight get nothing. */
export function weighted(
  route: readonly JsonObject[],
  origin: Origin,
  context: RuleContext,
): readonly WeightedCluster[] {
  const all = route.map(({ destination, weight = 0, headers }) => ({
    cluster: clusterOf(destination, origin, context),
    weight,
    headers: headers === undefined ? UNCHANGED : headerChanges(headers),
  }));
  return all.length === 1 ? all.map((one) => ({ ...one, weight: 1 })) : all.filter(({ weight }) => weight > 0);
}

/** The cluster of a VirtualService's destination. */
function clusterOf(destination: JsonObject, origin: Origin, context: RuleContext): string {
  const host = fullHost(destination.host, origin.namespace, context.options.domain);
  const { subset, port } = destination;
  return destinationCluster(context, host, { subset, port: port?.number });
}

function mirrorsOf(rule: JsonObject, origin: Origin, context: RuleContext): readonly Mirror[] {
  const single = rule.mirror && {
    destination: rule.mirror,
    percentage: rule.mirrorPercentage ?? (rule.mirrorPercent === undefined ? undefined : { value: rule.mirrorPercent }),
  };
  const all: readonly JsonObject[] = rule.mirrors?.length > 0 ? rule.mirrors : single ? [single] : [];
  return all
    .map(({ destination, percentage }) => ({
      cluster: clusterOf(destination, origin, context),
      percent: percentage === undefined ? 100 : (percentage.value ?? 0),
    }))
    .filter(({ percent }) => percent > 0);
}

/** What a service gets that no rule speaks of. */
export function defaultRoute(host: string, port: number, { options }: Pick<RuleContext, "options">): Route {
  return {
    name: "default",
    origin: undefined,
    matches: [],
    action: {
      kind: "forward",
      destinations: [{ cluster: clusterName(host, port), weight: 1, headers: UNCHANGED }],
    },
    fault: undefined,
    timeoutMs: undefined,
    retries: retryPolicy(undefined, options.retries),
    mirrors: [],
    rewrite: {},
    headers: UNCHANGED,
    cors: undefined,
  };
}
