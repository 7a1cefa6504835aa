import { BoundedRegex, RegexRefusal } from "../../objects/index.ts";
import type { RequestMatch, Route, StringMatch } from "../config/config.ts";
import { header, joinedHeader } from "../headers.ts";
import type { HttpRequest } from "../model.ts";

/** The first route whose conditions hold, and which of them did. */
export function routeFor(
  routes: readonly Route[],
  request: HttpRequest,
): { readonly route: Route; readonly match: RequestMatch | undefined } | undefined {
  for (const route of routes) {
    if (route.matches.length === 0) return { route, match: undefined };
    const match = route.matches.find((one) => matchesRequest(one, request));
    if (match !== undefined) return { route, match };
  }
  return undefined;
}

/** Whether all conditions of a match hold. A header that is not there counts as empty for `withoutHeaders`. */
export function matchesRequest(match: RequestMatch, request: HttpRequest): boolean {
  const [path = "", query = ""] = splitOnce(request.path, "?");
  const isWanted = (wanted: StringMatch | undefined, value: string | undefined): boolean =>
    wanted === undefined || matchesText(wanted, value);
  return (
    matchesPath(match.path, path) &&
    isWanted(match.method, request.method) &&
    isWanted(match.authority, header(request.headers, "host")) &&
    isWanted(match.scheme, header(request.headers, "x-forwarded-proto") ?? "http") &&
    match.headers.every(([name, wanted]) => matchesText(wanted, joinedHeader(request.headers, name))) &&
    match.withoutHeaders.every(([name, wanted]) => !matchesText(wanted, joinedHeader(request.headers, name))) &&
    (match.query.length === 0 || matchesQuery(match.query, new URLSearchParams(query)))
  );
}

function matchesQuery(wanted: RequestMatch["query"], query: URLSearchParams): boolean {
  return wanted.every(([name, one]) => matchesText(one, query.get(name) ?? undefined));
}

function matchesPath(wanted: RequestMatch["path"], path: string): boolean {
  if (wanted === undefined) return true;
  if (wanted.kind === "segment") {
    const value = wanted.value.replace(/\/$/, "");
    return path === value || path.startsWith(`${value}/`);
  }
  if (wanted.ignoreCase !== true || !("value" in wanted)) return matchesText(wanted, path);
  return matchesText({ ...wanted, value: wanted.value.toLowerCase() }, path.toLowerCase());
}

/** Whether a text is as wanted; what is not there matches nothing. */
export function matchesText(wanted: StringMatch, value: string | undefined): boolean {
  if (value === undefined) return false;
  switch (wanted.kind) {
    case "present":
      return true;
    case "exact":
      return value === wanted.value;
    case "prefix":
      return value.startsWith(wanted.value);
    case "regex":
      return matchesWhole(wanted.value, value);
  }
}

/** One that takes too long matches nothing: Envoy's own engine has no such expressions, ours must not wait for them. */
function matchesWhole(source: string, value: string): boolean {
  try {
    return wholeText(source).test(value);
  } catch (error) {
    if (error instanceof RegexRefusal) return false;
    throw error;
  }
}

const patterns = new Map<string, RegExp>();

/** RE2's syntax is near enough to ours; a pattern that is none matches nothing. */
function wholeText(source: string): RegExp {
  let pattern = patterns.get(source);
  if (pattern === undefined) {
    pattern = compiled(source);
    // Rules come and go.
    if (patterns.size >= 1000) patterns.clear();
    patterns.set(source, pattern);
  }
  return pattern;
}

function compiled(source: string): RegExp {
  try {
    return new BoundedRegex(`^(?:${source.replace(/^\(\?i\)/, "")})$`, source.startsWith("(?i)") ? "i" : "");
  } catch {
    return /$^/;
  }
}

/** The parts before and after the first separator. */
export function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
