import type { CorsPolicy } from "../config/config.ts";
import { header } from "../headers.ts";
import { matchesText } from "../match/match.ts";
import type { HeaderPairs, HttpRequest, HttpResponse } from "../model.ts";

/** The answer to a browser's question beforehand; undefined when it is none, or comes from an origin that is not allowed. */
export function preflight(cors: CorsPolicy, request: HttpRequest): HttpResponse | undefined {
  if (request.method !== "OPTIONS" || header(request.headers, "access-control-request-method") === undefined)
    return undefined;
  const allowed = corsHeaders(cors, request);
  if (allowed.length === 0) return undefined;
  const headers: (readonly [string, string])[] = [
    ...allowed.filter(([name]) => name !== "access-control-expose-headers"),
  ];
  if (cors.methods.length > 0) headers.push(["access-control-allow-methods", cors.methods.join(",")]);
  if (cors.allowHeaders.length > 0) headers.push(["access-control-allow-headers", cors.allowHeaders.join(",")]);
  if (cors.maxAgeSeconds !== undefined) headers.push(["access-control-max-age", String(cors.maxAgeSeconds)]);
  return { status: 200, headers: [...headers, ["content-length", "0"]], body: Buffer.alloc(0) };
}

/** What an answer to a page of another origin carries. */
export function corsHeaders(cors: CorsPolicy, request: HttpRequest): HeaderPairs {
  const origin = header(request.headers, "origin");
  if (origin === undefined || !cors.origins.some((one) => matchesText(one, origin))) return [];
  const headers: (readonly [string, string])[] = [["access-control-allow-origin", origin]];
  if (cors.credentials) headers.push(["access-control-allow-credentials", "true"]);
  if (cors.exposeHeaders.length > 0) headers.push(["access-control-expose-headers", cors.exposeHeaders.join(",")]);
  return headers;
}
