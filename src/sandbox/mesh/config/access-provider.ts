import type { JsonObject } from "../../objects/index.ts";
import { milliseconds } from "./duration.ts";
import type { AccessProvider } from "./policy.ts";

const TEN_MINUTES_MS = 600_000;

/**
 * The one of the mesh's `extensionProviders` that decides under a name; undefined where there is none or where it says too
 * little to be asked: a service and a port.
 */
export function accessProvider(providers: readonly JsonObject[], name: string): AccessProvider | undefined {
  const found = providers.find((one) => one?.name === name);
  const http: JsonObject | undefined = found?.envoyExtAuthzHttp;
  const said: JsonObject | undefined = http ?? found?.envoyExtAuthzGrpc;
  if (typeof said?.service !== "string" || !(said.port >= 1 && said.port <= 65_535)) return undefined;
  return {
    protocol: http === undefined ? "grpc" : "http",
    cluster: `outbound|${said.port}||${hostOf(said.service)}`,
    timeoutMs: milliseconds(said.timeout) ?? TEN_MINUTES_MS,
    failOpen: said.failOpen === true,
    statusOnError: Number(said.statusOnError ?? 403),
    pathPrefix: said.pathPrefix ?? "",
    includeHeaders: said.includeRequestHeadersInCheck ?? said.includeHeadersInCheck ?? [],
    additionalHeaders: said.includeAdditionalHeadersInCheck ?? {},
    upstreamOnAllow: said.headersToUpstreamOnAllow ?? [],
    downstreamOnAllow: said.headersToDownstreamOnAllow ?? [],
    downstreamOnDeny: said.headersToDownstreamOnDeny ?? [],
  };
}

/** `[Namespace/]Hostname`: the namespace only tells services of one name apart, and a full name says it itself. */
function hostOf(service: string): string {
  return service.slice(service.lastIndexOf("/") + 1);
}
