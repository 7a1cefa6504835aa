import { ISSUER, tokenWebKey } from "./auth/tokens.ts";
import type { Call } from "./call.ts";
import {
  AGGREGATED_DISCOVERY_TYPE,
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
} from "./discovery.ts";
import { serveCheck, serveHealth } from "./health.ts";
import { openApiIndex, openApiText } from "./openapi.ts";
import { serveMetrics } from "./server-metrics.ts";
import { methodNotAllowed, unknownPath } from "./status.ts";
import { sendJson, sendJsonText } from "./wire.ts";

type Handler = (call: Call) => void | Promise<void>;

/** What `kubectl version` shows: the server that `kind` v0.32 starts. */
const VERSION = {
  major: "1",
  minor: "35",
  emulationMajor: "1",
  emulationMinor: "35",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "34",
  gitVersion: "v1.35.0",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2025-12-17T00:00:00Z",
  goVersion: "go1.25.5",
  compiler: "gc",
  platform: "linux/amd64",
};

/** Satisfies every client without a body: they only look whether the document is there. */
const OPENAPI_V2_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** As pods and kubelets of kind's network would reach it. */
const OPENID = "/openid/v1/jwks";
const JWKS_URL = `https://172.18.0.2:6443${OPENID}`;

const EXACT: Readonly<Record<string, Handler>> = {
  "/api": (call) => sendDiscovery(call, "api"),
  "/apis": (call) => sendDiscovery(call, "apis"),
  "/.well-known/openid-configuration": ({ response }) =>
    sendJson(response, {
      issuer: ISSUER,
      jwks_uri: JWKS_URL,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
    }),
  "/healthz": (call) => serveHealth(call, "healthz"),
  "/livez": (call) => serveHealth(call, "livez"),
  "/metrics": serveMetrics,
  "/openapi/v2": sendOpenApiV2,
  "/openapi/v3": ({ api, response }) => sendJson(response, openApiIndex(api.kinds.all())),
  [OPENID]: ({ api, response }) =>
    sendJson(response, { keys: [tokenWebKey(api.tokenKey)] }, { type: "application/jwk-set+json" }),
  "/readyz": (call) => serveHealth(call, "readyz"),
  "/version": ({ response }) => sendJson(response, VERSION),
};

const PREFIXED: readonly (readonly [prefix: string, serve: (call: Call, rest: string) => void | Promise<void>])[] = [
  ["/apis/", sendGroup],
  ["/healthz/", (call, name) => serveCheck(call, "healthz", name)],
  ["/livez/", (call, name) => serveCheck(call, "livez", name)],
  ["/openapi/v3/", sendOpenApiDocument],
  ["/readyz/", (call, name) => serveCheck(call, "readyz", name)],
];

/** Serves what is about the API and not in it; false when the path is something else. */
export async function serveMeta(call: Call): Promise<boolean> {
  const path = call.path.length > 1 ? call.path.replace(/\/$/, "") : call.path;
  const exact = Object.hasOwn(EXACT, path) ? EXACT[path] : undefined;
  const prefixed = PREFIXED.find(([prefix]) => path.startsWith(prefix));
  if (!exact && !prefixed) return false;
  if (call.method !== "GET") throw methodNotAllowed();
  if (exact) await exact(call);
  else await prefixed?.[1](call, path.slice(prefixed[0].length));
  return true;
}

/** Serves `/api/v1` and `/apis/<group>/<version>`: the resources of one version. */
export function serveGroupVersion(call: Call, group: string, version: string): void {
  if (call.method !== "GET") throw methodNotAllowed();
  const resources = apiResourceList(group, version, call.api.kinds.all());
  if (!resources) throw unknownPath();
  sendJson(call.response, resources);
}

/** One request for all groups where the client knows how; the old lists for curl and old clients. */
function sendDiscovery(call: Call, root: "api" | "apis"): void {
  const accepted = (call.request.headers.accept ?? "").replaceAll(" ", "").split(",");
  if (accepted.some((type) => type.startsWith(AGGREGATED_DISCOVERY_TYPE))) {
    sendJson(call.response, aggregatedDiscovery(root, call.api.kinds.all()), { type: AGGREGATED_DISCOVERY_TYPE });
  } else {
    sendJson(call.response, root === "api" ? apiVersions() : apiGroupList(call.api.kinds.all()));
  }
}

function sendGroup(call: Call, name: string): void {
  const group = apiGroup(name, call.api.kinds.all());
  if (!group) throw unknownPath();
  sendJson(call.response, group);
}

function sendOpenApiV2({ response }: Call): void {
  response.setHeader("Content-Type", OPENAPI_V2_TYPE);
  response.setHeader("Content-Length", 0);
  response.end();
}

function sendOpenApiDocument(call: Call, rest: string): void {
  const [root, first, second] = rest.split("/");
  if (root !== "api" && root !== "apis") throw unknownPath();
  const [group = "", version = ""] = root === "api" ? ["", first] : [first, second];
  const text = openApiText(group, version, call.api.kinds.all());
  if (text === undefined) throw unknownPath();
  sendJsonText(call.response, text);
}
