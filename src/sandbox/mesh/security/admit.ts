import type { Authorization, CustomPolicy, InboundPolicy } from "../config/policy.ts";
import type { Mesh } from "../mesh.ts";
import type { Arrival, HeaderPairs, HttpRequest, Workload } from "../model.ts";
import { LOCAL_REPLIES } from "../proxy/local-reply.ts";
import { local, type Routed } from "../proxy/result.ts";
import type { Arrive } from "../proxy/try.ts";
import type { Task } from "../task.ts";
import { authenticate } from "./authenticate.ts";
import { askProvider } from "./external.ts";
import { type Facts, factsOf } from "./facts.ts";
import { firstMatch } from "./rules.ts";

/** All that a decision about a request may look at. */
export interface Asked {
  readonly mesh: Mesh;
  readonly workload: Workload;
  readonly port: number;
  readonly request: HttpRequest;
  readonly arrival: Arrival;
  /** For asking a service of the mesh. */
  readonly arrive: Arrive;
}

/** The request as it goes on, with what its token says. */
export interface Admitted {
  readonly request: HttpRequest;
  /** To be added to the answer. */
  readonly headers: HeaderPairs;
}

/**
 * Whether a request may come in. In the order of istiod's filters: services are asked first (CUSTOM), then tokens are looked
 * at, then DENY and ALLOW, which may ask for what a token says; AUDIT decides nothing. Gives the request as it goes on, or
 * the refusal. Source: istiod's listener_builder.go.
 */
export function* admit(policy: InboundPolicy, asked: Asked): Task<Admitted | Routed> {
  const { authentication, authorization } = policy;
  if (authentication.length === 0 && isOpen(authorization)) return { request: asked.request, headers: [] };
  const passed = yield* admitCustom(authorization, asked);
  if ("response" in passed) return passed;
  const { mesh, workload, port, arrival } = asked;
  const authenticated = authenticate(authentication, passed.request, mesh.now());
  if ("status" in authenticated) return local(authenticated);
  const { request, claims } = authenticated;
  const denied = deniedBy(authorization, factsOf(arrival, workload.address, port, request, claims));
  return denied === undefined ? { request, headers: passed.headers } : refusal(denied);
}

function* admitCustom({ custom }: Authorization, asked: Asked): Task<Admitted | Routed> {
  let { request } = asked;
  let headers: HeaderPairs = [];
  if (custom.length === 0) return { request, headers };
  const { mesh, workload, port, arrival } = asked;
  const facts = factsOf(arrival, workload.address, port, request, undefined);
  const groups = byProvider(custom);
  for (const [provider, policies] of groups) {
    const name = firstMatch(policies, "deny", facts);
    if (name === undefined) continue;
    const asks = policies[0]?.provider;
    // Istio lets one workload ask one provider only.
    if (groups.length > 1 || asks === undefined || mesh.config.cluster(asks.cluster, workload) === undefined) {
      return refusal(badCustom(provider, name));
    }
    const passed = yield* askProvider(asks, { ...asked, request });
    if ("response" in passed) return passed;
    request = passed.request;
    headers = [...headers, ...passed.headers];
  }
  return { request, headers };
}

/**
 * Whether a connection may be opened whose bytes are not read as HTTP: the reason why not, as the log tells it; undefined:
 * it may. Only what can be known of a connection counts: an ALLOW rule that asks for more never matches, a DENY rule is as
 * if it did not ask for it. A service cannot be asked about a connection by HTTP.
 */
export function admitConnection(
  policy: InboundPolicy,
  workload: Workload,
  port: number,
  arrival: Arrival,
): string | undefined {
  const { authorization } = policy;
  if (isOpen(authorization)) return undefined;
  const facts = factsOf(arrival, workload.address, port, undefined, undefined);
  for (const [provider, policies] of byProvider(authorization.custom)) {
    const name = policies[0]?.provider?.protocol === "http" ? undefined : firstMatch(policies, "deny", facts);
    if (name !== undefined) return matched(badCustom(provider, name));
  }
  const denied = deniedBy(authorization, facts);
  return denied === undefined ? undefined : matched(denied);
}

function isOpen({ custom, deny, allow }: Authorization): boolean {
  return custom.length + deny.length + allow.length === 0;
}

/** The rule that forbids it; `none`: there are rules that allow, and no one does. */
function deniedBy({ deny, allow }: Authorization, facts: Facts): string | undefined {
  const name = firstMatch(deny, "deny", facts);
  if (name !== undefined) return name;
  return allow.length > 0 && firstMatch(allow, "allow", facts) === undefined ? "none" : undefined;
}

const grouped = new WeakMap<readonly CustomPolicy[], readonly (readonly [string, readonly CustomPolicy[]])[]>();

/** By whom they ask, in the order of names. */
function byProvider(policies: readonly CustomPolicy[]): readonly (readonly [string, readonly CustomPolicy[]])[] {
  let groups = grouped.get(policies);
  if (groups === undefined) {
    const names = [...new Set(policies.map(({ providerName }) => providerName))].sort();
    groups = names.map((name) => [name, policies.filter(({ providerName }) => providerName === name)] as const);
    grouped.set(policies, groups);
  }
  return groups;
}

/** What Istio makes of a rule whose provider cannot be asked. */
function badCustom(provider: string, name: string): string {
  return `istio-ext-authz-${provider}-${name}-deny-due-to-bad-CUSTOM-action`;
}

function refusal(name: string): Routed {
  return local({ ...LOCAL_REPLIES.denied, details: matched(name) });
}

function matched(name: string): string {
  return `rbac_access_denied_matched_policy[${name}]`;
}
