import type { JsonObject } from "../../../objects/index.ts";
import type { RequestMatch, StringMatch } from "../config.ts";
import { ANY_REQUEST } from "../routes/match.ts";

/** A match of an HTTPRoute; whatever it leaves out is any. */
export function httpMatch({ path, method, headers = [], queryParams = [] }: JsonObject): RequestMatch {
  return {
    ...ANY_REQUEST,
    path: pathMatch(path ?? {}),
    method: method === undefined ? undefined : { kind: "exact", value: method },
    headers: headers.map(pair),
    query: queryParams.map(pair),
  };
}

/** A match of a GRPCRoute: a method is a path. */
export function grpcMatch({ method, headers = [] }: JsonObject): RequestMatch {
  return { ...ANY_REQUEST, path: grpcPath(method), headers: headers.map(pair) };
}

function grpcPath(match: JsonObject | undefined): RequestMatch["path"] {
  const { service, method, type = "Exact" } = match ?? {};
  if (service === undefined && method === undefined) return { kind: "segment", value: "/" };
  if (type === "RegularExpression") return { kind: "regex", value: `/${service ?? "[^/]+"}/${method ?? "[^/]+"}` };
  if (method === undefined) return { kind: "prefix", value: `/${service}/` };
  return service === undefined
    ? { kind: "regex", value: `/[^/]+/${method}` }
    : { kind: "exact", value: `/${service}/${method}` };
}

function pathMatch({ type = "PathPrefix", value = "/" }: JsonObject): RequestMatch["path"] {
  if (type === "Exact") return { kind: "exact", value };
  return type === "RegularExpression" ? { kind: "regex", value } : { kind: "segment", value };
}

function pair({ type, name, value }: JsonObject): readonly [string, StringMatch] {
  return [name, { kind: type === "RegularExpression" ? "regex" : "exact", value }];
}

/**
 * The order of two matches: an exact path, then the longer prefix, then a method, then more headers, then more query
 * parameters. Source: Gateway API, HTTPRouteRule.
 */
export function byPrecedence(a: RequestMatch, b: RequestMatch): number {
  const [one, other] = [rank(a), rank(b)];
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (other[at] ?? 0) - (one[at] ?? 0);
}

const KINDS: Readonly<Record<string, number>> = { exact: 3, prefix: 2, segment: 2, regex: 1 };

function rank({ path, method, headers, query }: RequestMatch): readonly number[] {
  const length = path !== undefined && "value" in path ? path.value.length : 0;
  return [KINDS[path?.kind ?? ""] ?? 0, length, method === undefined ? 0 : 1, headers.length, query.length];
}
