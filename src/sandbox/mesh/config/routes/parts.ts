import type { JsonObject } from "../../../objects/index.ts";
import type { CorsPolicy, Fault, PathRewrite, Route, RouteAction } from "../config.ts";
import { milliseconds } from "../duration.ts";
import { stringMatch } from "./match.ts";

/** A rule's `fault`. Without a percentage it never comes. */
export function faultOf(fault: JsonObject | undefined): Fault | undefined {
  if (fault === undefined) return undefined;
  const { delay, abort } = fault;
  return {
    delay: delay && { ms: milliseconds(delay.fixedDelay) ?? 0, percent: percentOf(delay) },
    abort: abort && {
      status: abort.httpStatus ?? 200,
      ...(abort.grpcStatus === undefined ? {} : { grpc: abort.grpcStatus }),
      percent: percentOf(abort),
    },
  };
}

function percentOf({ percentage, percent }: JsonObject): number {
  return percentage?.value ?? percent ?? 0;
}

/** A rule's `rewrite`. A prefix is put in the place of what matched. */
export function rewriteOf(rewrite: JsonObject | undefined): Route["rewrite"] {
  if (rewrite === undefined) return {};
  const path = pathOf(rewrite);
  return { ...(path && { path }), ...(rewrite.authority ? { authority: rewrite.authority } : {}) };
}

function pathOf({ uri, uriRegexRewrite }: JsonObject): PathRewrite | undefined {
  if (uriRegexRewrite !== undefined) {
    return { kind: "regex", match: uriRegexRewrite.match, to: uriRegexRewrite.rewrite };
  }
  return uri ? { kind: "prefix", to: uri } : undefined;
}

const DERIVED_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };
/** In a redirect's path: the matched prefix is replaced by what comes before. */
const PREFIX = "%PREFIX()%";

/** A rule's `redirect`. `port`: what clients asked for. */
export function redirectOf(redirect: JsonObject, port: number): RouteAction {
  const { uri, authority, scheme, redirectCode } = redirect;
  const path: PathRewrite | undefined = uri
    ? uri.startsWith(PREFIX)
      ? { kind: "prefix", to: uri.slice(PREFIX.length) }
      : { kind: "full", to: uri }
    : undefined;
  const to = redirect.port ?? derivedPort(redirect, port);
  return {
    kind: "redirect",
    status: redirectCode || 301,
    ...(scheme ? { scheme } : {}),
    ...(authority ? { authority } : {}),
    ...(path && { path }),
    ...(to === undefined ? {} : { port: to }),
  };
}

function derivedPort({ derivePort, scheme }: JsonObject, port: number): number | undefined {
  if (derivePort === "FROM_REQUEST_PORT") return port;
  return derivePort === "FROM_PROTOCOL_DEFAULT" ? DERIVED_PORTS[scheme ?? "http"] : undefined;
}

/** A rule's `directResponse`. */
export function directOf({ status, body }: JsonObject): RouteAction {
  const text = body?.string ?? (body?.bytes === undefined ? "" : Buffer.from(body.bytes, "base64").toString());
  return { kind: "direct", status, body: text };
}

/** A rule's `corsPolicy`. `allowOrigin` is the old name for exact origins. */
export function corsOf(cors: JsonObject | undefined): CorsPolicy | undefined {
  if (cors === undefined) return undefined;
  const exact = (cors.allowOrigin ?? []).map((origin: string) =>
    stringMatch(origin === "*" ? { regex: ".*" } : { exact: origin }),
  );
  const age = milliseconds(cors.maxAge);
  return {
    origins: cors.allowOrigins?.length > 0 ? cors.allowOrigins.map(stringMatch) : exact,
    methods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    maxAgeSeconds: age === undefined ? undefined : age / 1000,
    credentials: cors.allowCredentials === true,
  };
}
