import type { IncomingMessage, ServerResponse } from "node:http";
import { type Kind, loadCel } from "../kinds/index.ts";
import { resourceKey } from "../store/index.ts";
import { admitUser } from "./auth/access.ts";
import type { User } from "./auth/user.ts";
import type { Api, Call } from "./call.ts";
import { serveGroupVersion, serveMeta } from "./meta-routes.ts";
import { parseApiPath } from "./path.ts";
import { serveResource } from "./resource-handlers.ts";
import { isReview, serveReview } from "./reviews.ts";
import { DEFINITIONS } from "./served-kinds.ts";
import { StatusError, unknownPath } from "./status.ts";
import { serveSubresource } from "./subresources.ts";
import { addWarning, sendStatus, statusOf } from "./wire.ts";

/** What a v1.35 server says of a deprecated resource, with every answer about it; by plural, all of the core group. */
const DEPRECATIONS: Readonly<Record<string, string>> = {
  componentstatuses: "v1 ComponentStatus is deprecated in v1.19+",
  endpoints: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
};

/** Answers one request, whatever it is: every refusal and every fault becomes a Status. */
export async function dispatch(
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
  sender: User,
): Promise<void> {
  try {
    await serve(callOf(api, request, response, sender));
  } catch (error) {
    const status = statusOf(error);
    if (status.code === 500 && !(error instanceof StatusError)) api.log(`${request.method} ${request.url}`, error);
    // A body that was not read to its end would be taken for the next request.
    if (!request.complete) response.setHeader("Connection", "close");
    sendStatus(response, status);
  }
}

function callOf(api: Api, request: IncomingMessage, response: ServerResponse, sender: User): Call {
  // The base is only there because URL wants one.
  const url = new URL(`http://localhost${request.url?.startsWith("/") ? request.url : "/"}`);
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const { authorization: mode, store } = api.registry;
  const user = admitUser({ mode, store }, sender, request, url);
  return { api, user, request, response, method, path: url.pathname, query: url.searchParams };
}

async function serve(call: Call): Promise<void> {
  const path = parseApiPath(call.path);
  if (!path) {
    if (!(await serveMeta(call))) throw unknownPath();
    return;
  }
  if (path.kind === "group-version") return serveGroupVersion(call, path.group, path.version);
  const { group, version, plural, namespace, name, subresource } = path;
  if (isReview(group, plural)) return serveReview(call, group, plural);
  const kind = call.api.kinds.find(group, version, plural);
  if (!kind || (namespace !== undefined && !kind.namespaced)) throw unknownPath();
  if (kind.namespaced && name !== undefined && namespace === undefined) throw unknownPath();
  const deprecation =
    group === "" && Object.hasOwn(DEPRECATIONS, plural) ? DEPRECATIONS[plural] : kind.custom?.deprecation;
  if (deprecation !== undefined) addWarning(call.response, deprecation);
  if (call.method !== "GET" && needsRules(kind)) await loadCel();
  const target = { kind, namespace, name, subresource };
  return subresource.length > 0 ? serveSubresource(call, target) : serveResource(call, target);
}

/** Rules in CEL are read by a library of their own, which is loaded before the first write that may need it. */
function needsRules(kind: Kind): boolean {
  return kind.custom?.hasRules === true || resourceKey(kind) === DEFINITIONS;
}
