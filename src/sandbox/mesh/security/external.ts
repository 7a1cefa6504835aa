import type { AccessProvider } from "../config/policy.ts";
import { header, withHeader } from "../headers.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, HeaderPairs, HttpRequest, HttpResponse, Workload } from "../model.ts";
import { LOCAL_REPLIES } from "../proxy/local-reply.ts";
import { local, type Routed } from "../proxy/result.ts";
import { type Arrive, type Trial, tryOnce } from "../proxy/try.ts";
import { LATE, type Task, within } from "../task.ts";
import { caselessPattern } from "./pattern.ts";

/** What the service that was asked lets pass. */
interface Passed {
  readonly request: HttpRequest;
  /** For the client, with the answer. */
  readonly headers: HeaderPairs;
}

/** All that asking needs. */
export interface Question {
  readonly mesh: Mesh;
  readonly workload: Workload;
  readonly request: HttpRequest;
  readonly arrival: Arrival;
  readonly arrive: Arrive;
}

/**
 * Asks a service of the mesh whether a request may pass: 200 is yes, a 5xx or no answer is an error, all else is no and
 * goes to the client as it is. One that speaks gRPC cannot be asked here, which is an error. Source: Envoy's ext_authz.
 */
export function* askProvider(provider: AccessProvider, question: Question): Task<Passed | Routed> {
  const { mesh, workload, request, arrival, arrive } = question;
  const cluster = provider.protocol === "http" ? mesh.config.cluster(provider.cluster, workload) : undefined;
  const trial: Trial = { endpoint: undefined, release: () => {} };
  const asked =
    cluster &&
    (yield* within(
      provider.timeoutMs,
      tryOnce(mesh, workload, cluster, checkOf(provider, request), arrival, [], trial, arrive),
    ));
  if (asked === LATE) trial.release();
  if (asked === undefined || asked === LATE || asked.isLocal || asked.response.status >= 500) {
    return provider.failOpen ? { request, headers: [] } : failed(provider);
  }
  if (asked.response.status !== 200) return denied(provider, asked.response);
  const names = matching(provider.upstreamOnAllow, asked.response.headers);
  const headers = names.reduce((all, [name, value]) => withHeader(all, name.toLowerCase(), value), request.headers);
  return { request: { ...request, headers }, headers: matching(provider.downstreamOnAllow, asked.response.headers) };
}

/** The question: the request's head, of which only some headers go along. */
function checkOf({ pathPrefix, includeHeaders, additionalHeaders }: AccessProvider, request: HttpRequest): HttpRequest {
  const always = request.headers.filter(([name]) => ["host", "authorization"].includes(name.toLowerCase()));
  const chosen = matching(includeHeaders, request.headers).filter((pair) => !always.includes(pair));
  const headers = [...always, ["content-length", "0"] as const, ...chosen, ...Object.entries(additionalHeaders)];
  return { method: request.method, path: `${pathPrefix}${request.path}`, headers, body: Buffer.alloc(0) };
}

/** Goes to the client whatever the provider's list says. */
const ALWAYS_TOLD: ReadonlySet<string> = new Set(["content-length", "location", "www-authenticate"]);

function denied({ downstreamOnDeny }: AccessProvider, response: HttpResponse): Routed {
  const chosen = matching(downstreamOnDeny, response.headers);
  const headers = response.headers.filter(
    (pair) => downstreamOnDeny.length === 0 || chosen.includes(pair) || ALWAYS_TOLD.has(pair[0].toLowerCase()),
  );
  const type = header(headers, "content-type") === undefined && response.body.length > 0;
  const own = type ? [...headers, ["content-type", "text/plain"] as const] : headers;
  const reply = { ...LOCAL_REPLIES.denied, flag: "UAEX", details: "ext_authz_denied" } as const;
  return local(reply, { response: { ...response, headers: own } });
}

function failed({ statusOnError }: AccessProvider): Routed {
  return local({ status: statusOnError, flag: "UAEX", details: "ext_authz_error", body: "" });
}

function matching(names: readonly string[], headers: HeaderPairs): HeaderPairs {
  const tests = names.map(caselessPattern);
  return headers.filter(([name]) => tests.some((test) => test(name)));
}
