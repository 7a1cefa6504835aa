import type { RequestMatch, RouteAction } from "../config/config.ts";
import { header } from "../headers.ts";
import type { HttpRequest, HttpResponse } from "../model.ts";
import { rewrittenPath } from "./rewrite.ts";

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** The answer that sends the client elsewhere. */
export function redirected(
  action: Extract<RouteAction, { kind: "redirect" }>,
  request: HttpRequest,
  match: RequestMatch | undefined,
): HttpResponse {
  const authority = header(request.headers, "host") ?? "";
  const scheme = action.scheme ?? header(request.headers, "x-forwarded-proto") ?? "http";
  const host = action.authority ?? authority;
  // Another scheme or port of the same host: the port of the request is not meant.
  const bare =
    action.authority === undefined && (action.scheme ?? action.port) !== undefined ? host.replace(/:\d+$/, "") : host;
  const port = action.port === undefined || action.port === PORTS[scheme] ? "" : `:${action.port}`;
  const path = action.path === undefined ? request.path : rewrittenPath(request.path, action.path, match);
  const location = `${scheme}://${bare}${port}${path}`;
  return {
    status: action.status,
    headers: [
      ["location", location],
      ["content-length", "0"],
    ],
    body: Buffer.alloc(0),
  };
}
