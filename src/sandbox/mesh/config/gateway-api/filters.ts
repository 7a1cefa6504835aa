import type { JsonObject } from "../../../objects/index.ts";
import type { HeaderChanges, HeaderOperations, PathRewrite, Route, RouteAction } from "../config.ts";

/** What the filters of a rule, or of one of its backends, change in headers. */
export function filteredHeaders(filters: readonly JsonObject[]): HeaderChanges {
  const find = (type: string): JsonObject | undefined => filters.find((one) => one.type === type);
  return {
    request: operations(find("RequestHeaderModifier")?.requestHeaderModifier),
    response: operations(find("ResponseHeaderModifier")?.responseHeaderModifier),
  };
}

function operations({ set = [], add = [], remove = [] }: JsonObject = {}): HeaderOperations {
  const record = (pairs: readonly JsonObject[]): Readonly<Record<string, string>> =>
    Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
  return { set: record(set), add: record(add), remove };
}

/** Filter `URLRewrite`. */
export function filteredRewrite(filters: readonly JsonObject[]): Route["rewrite"] {
  const rewrite = filters.find((one) => one.type === "URLRewrite")?.urlRewrite;
  if (rewrite === undefined) return {};
  const path = pathOf(rewrite.path);
  return { ...(path && { path }), ...(rewrite.hostname ? { authority: rewrite.hostname } : {}) };
}

/** Filter `RequestRedirect`, which takes the place of backends. */
export function filteredRedirect(filters: readonly JsonObject[]): RouteAction | undefined {
  const redirect = filters.find((one) => one.type === "RequestRedirect")?.requestRedirect;
  if (redirect === undefined) return undefined;
  const { scheme, hostname, port, statusCode = 302 } = redirect;
  const path = pathOf(redirect.path);
  return {
    kind: "redirect",
    status: statusCode,
    ...(scheme ? { scheme } : {}),
    ...(hostname ? { authority: hostname } : {}),
    ...(path && { path }),
    ...(port === undefined ? {} : { port }),
  };
}

function pathOf(path: JsonObject | undefined): PathRewrite | undefined {
  if (path?.type === "ReplaceFullPath") return { kind: "full", to: path.replaceFullPath };
  return path?.type === "ReplacePrefixMatch" ? { kind: "prefix", to: path.replacePrefixMatch } : undefined;
}
