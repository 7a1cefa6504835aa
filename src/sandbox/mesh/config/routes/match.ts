import type { JsonObject } from "../../../objects/index.ts";
import type { RequestMatch, StringMatch } from "../config.ts";
import { hasLabels } from "../labels.ts";
import type { RuleContext } from "./rules.ts";

/** Nothing is asked of a request. */
export const ANY_REQUEST: RequestMatch = {
  path: undefined,
  method: undefined,
  authority: undefined,
  scheme: undefined,
  headers: [],
  withoutHeaders: [],
  query: [],
};

/** Whether a match entry holds for this proxy and port at all: `gateways`, else the source's labels and namespace. */
export function concerns(match: JsonObject, context: RuleContext, namespace: string): boolean {
  if (match.port && match.port !== context.port) return false;
  if (match.gateways?.length > 0) {
    return match.gateways.some((one: string) => gatewayName(one, namespace) === context.gateway);
  }
  const { proxy } = context;
  return (
    hasLabels(match.sourceLabels, proxy.labels) && (!match.sourceNamespace || match.sourceNamespace === proxy.namespace)
  );
}

/** A gateway as a VirtualService names it, as `namespace/name`; `mesh` stays as it is. */
export function gatewayName(name: string, namespace: string): string {
  return name === "mesh" || name.includes("/") ? name : `${namespace}/${name}`;
}

/** An entry of an http rule's `match`. */
export function requestMatch(match: JsonObject): RequestMatch {
  const path = match.uri === undefined ? undefined : stringMatch(match.uri);
  return {
    path: path === undefined ? undefined : match.ignoreUriCase === true ? { ...path, ignoreCase: true } : path,
    method: optional(match.method),
    authority: optional(match.authority),
    scheme: optional(match.scheme),
    headers: pairs(match.headers),
    withoutHeaders: pairs(match.withoutHeaders),
    query: pairs(match.queryParams),
  };
}

function optional(match: JsonObject | undefined): StringMatch | undefined {
  return match === undefined ? undefined : stringMatch(match);
}

function pairs(matches: Readonly<Record<string, JsonObject>> = {}): readonly (readonly [string, StringMatch])[] {
  return Object.entries(matches).map(([name, match]) => [name, stringMatch(match)] as const);
}

/** `exact`, `prefix` or `regex`; none of them, or the regex `*`, asks only that it is there. */
export function stringMatch(match: JsonObject): StringMatch {
  if (typeof match.exact === "string") return { kind: "exact", value: match.exact };
  if (typeof match.prefix === "string") return { kind: "prefix", value: match.prefix };
  if (typeof match.regex === "string" && match.regex !== "*") return { kind: "regex", value: match.regex };
  return { kind: "present" };
}
