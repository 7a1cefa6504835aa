import type { JwtRule } from "../config/policy.ts";
import { header, withoutHeaders } from "../headers.ts";
import { splitOnce } from "../match/match.ts";
import type { HttpRequest } from "../model.ts";

/** A token as it stood in a request. */
interface PlacedToken {
  readonly text: string;
  /** The request without it. */
  readonly without: (request: HttpRequest) => HttpRequest;
}

/** The tokens at a rule's places, header before query before cookie. Source: Envoy's jwt_authn/extractor.cc. */
export function tokensFor(rule: JwtRule, request: HttpRequest): readonly PlacedToken[] {
  const isDefault = rule.fromHeaders.length + rule.fromParams.length + rule.fromCookies.length === 0;
  const headers = isDefault ? [{ name: "authorization", prefix: "Bearer " }] : rule.fromHeaders;
  const params = isDefault ? ["access_token"] : rule.fromParams;
  return [
    ...headers.flatMap(({ name, prefix }) => inHeader(request, name, prefix)),
    ...params.flatMap((name) => inQuery(request, name)),
    ...rule.fromCookies.flatMap((name) => inCookie(request, name)),
  ];
}

function inHeader(request: HttpRequest, name: string, prefix: string): readonly PlacedToken[] {
  const wanted = name.toLowerCase();
  return request.headers.flatMap(([one, value]) => {
    if (one.toLowerCase() !== wanted) return [];
    const at = value.indexOf(prefix);
    if (at < 0) return [];
    const rest = value.slice(at + prefix.length);
    const begin = prefix === "" ? 0 : rest.search(/[A-Za-z0-9_.-]/);
    // What has nothing of a token after the prefix is taken as a whole, and found bad.
    const text = begin < 0 ? value : rest.slice(begin);
    return [{ text, without: (from) => ({ ...from, headers: withoutHeaders(from.headers, [name]) }) }];
  });
}

function inQuery(request: HttpRequest, name: string): readonly PlacedToken[] {
  const text = new URLSearchParams(splitOnce(request.path, "?")[1] ?? "").get(name);
  return text === null ? [] : [{ text, without: (from) => ({ ...from, path: withoutParam(from.path, name) }) }];
}

/** The other parameters stay as they were written. */
function withoutParam(path: string, name: string): string {
  const [own, query = ""] = splitOnce(path, "?");
  const rest = query.split("&").filter((part) => new URLSearchParams(part).get(name) === null);
  return rest.length === 0 ? own : `${own}?${rest.join("&")}`;
}

/** A cookie is left where it is, as Envoy leaves it. */
function inCookie({ headers }: HttpRequest, name: string): readonly PlacedToken[] {
  const pairs = (header(headers, "cookie") ?? "").split(";").map((pair) => splitOnce(pair.trim(), "="));
  const text = pairs.find(([one]) => one === name)?.[1];
  return text === undefined ? [] : [{ text: text.replace(/^"(.*)"$/, "$1"), without: (from) => from }];
}
