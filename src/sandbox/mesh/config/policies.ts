import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Workload } from "../model.ts";
import { accessProvider } from "./access-provider.ts";
import { accessRule } from "./access-rule.ts";
import { jwtRules } from "./jwt-rules.ts";
import type { AccessPolicy, Authorization, InboundPolicy, MutualTls } from "./policy.ts";

/** What of the store policies are made of. */
export interface PolicyView {
  list(resource: string, namespace?: string): readonly KubeObject[];
}

const PEER_AUTHENTICATIONS = "security.istio.io/peerauthentications";
const REQUEST_AUTHENTICATIONS = "security.istio.io/requestauthentications";
const AUTHORIZATION_POLICIES = "security.istio.io/authorizationpolicies";

/**
 * What the proxy before a workload's port asks of who comes, out of PeerAuthentications, RequestAuthentications and
 * AuthorizationPolicies. `providers` are the mesh's `extensionProviders`, for policies with action CUSTOM. It reads the
 * whole view each time; who asks often keeps the answer. Source: istiod's pilot/pkg/model and pilot/pkg/security.
 */
export function inboundPolicy(
  view: PolicyView,
  workload: Workload,
  port: number,
  rootNamespace: string,
  providers: readonly JsonObject[] = [],
): InboundPolicy {
  return {
    mutualTls: mutualTlsMode(view, workload, port, rootNamespace),
    authentication: authentication(view, workload, rootNamespace),
    authorization: authorization(view, workload, rootNamespace, providers),
  };
}

/** The mode for a workload's port: of the port, else of the workload, its namespace, the mesh; the oldest of each. */
export function mutualTlsMode(view: PolicyView, workload: Workload, port: number, rootNamespace: string): MutualTls {
  // A gateway's own ports take what its Gateways say; a policy for peers is for what iptables catches.
  if (workload.proxy === "gateway") return "PERMISSIVE";
  const own = byAge(view.list(PEER_AUTHENTICATIONS, workload.namespace));
  const root = byAge(view.list(PEER_AUTHENTICATIONS, rootNamespace));
  const selecting = workload.namespace === rootNamespace ? undefined : own.find((one) => selects(one, workload));
  const levels = [
    selecting?.spec?.portLevelMtls?.[String(port)]?.mode,
    selecting?.spec?.mtls?.mode,
    own.find((one) => !hasSelector(one))?.spec?.mtls?.mode,
    root.find((one) => !hasSelector(one))?.spec?.mtls?.mode,
  ];
  return levels.find((mode) => mode !== undefined && mode !== "UNSET") ?? "PERMISSIVE";
}

function authentication(view: PolicyView, workload: Workload, root: string): InboundPolicy["authentication"] {
  const rules = namespacesFor(workload, root)
    .flatMap((namespace) => byAge(view.list(REQUEST_AUTHENTICATIONS, namespace)))
    .filter((one) => isAttached(one, workload))
    .flatMap(jwtRules);
  return rules.toSorted((a, b) => (a.issuer < b.issuer ? -1 : a.issuer > b.issuer ? 1 : 0));
}

function authorization(
  view: PolicyView,
  workload: Workload,
  root: string,
  providers: readonly JsonObject[],
): Authorization {
  const attached = namespacesFor(workload, root)
    .toReversed()
    .flatMap((namespace) => byAge(view.list(AUTHORIZATION_POLICIES, namespace)))
    .filter((one) => isAttached(one, workload) && !isDryRun(one));
  const withAction = (action: string): readonly KubeObject[] =>
    attached.filter(({ spec }) => (spec?.action ?? "ALLOW") === action);
  return {
    custom: withAction("CUSTOM").map((one) => {
      const providerName = String(one.spec?.provider?.name ?? "");
      return { ...accessPolicy(one), providerName, provider: accessProvider(providers, providerName) };
    }),
    deny: withAction("DENY").map(accessPolicy),
    allow: withAction("ALLOW").map(accessPolicy),
    audit: withAction("AUDIT").map(accessPolicy),
  };
}

function accessPolicy({ metadata: { namespace = "", name }, spec }: KubeObject): AccessPolicy {
  const origin = { kind: "AuthorizationPolicy", namespace, name };
  return { origin, rules: (spec?.rules ?? []).map(accessRule) };
}

/** Its own namespace, then the one whose policies hold for all. */
function namespacesFor({ namespace }: Workload, root: string): readonly string[] {
  return namespace === root ? [root] : [namespace, root];
}

const GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";

/**
 * Whether a policy is meant for a workload. One that names targets is for the proxy of a Gateway of the Gateway API in its
 * own namespace; for waypoints, which are not simulated, it is for nobody here. Source: istiod's ShouldAttachPolicy.
 */
function isAttached(policy: KubeObject, workload: Workload): boolean {
  const { spec, metadata } = policy;
  const targets: readonly JsonObject[] = spec?.targetRefs?.length
    ? spec.targetRefs
    : spec?.targetRef
      ? [spec.targetRef]
      : [];
  if (targets.length === 0) return selects(policy, workload) || !hasSelector(policy);
  const gateway = workload.labels[GATEWAY_NAME];
  return (
    gateway !== undefined &&
    metadata.namespace === workload.namespace &&
    targets.some(
      ({ group, kind, name, namespace }) =>
        group === "gateway.networking.k8s.io" &&
        kind === "Gateway" &&
        name === gateway &&
        (namespace === undefined || namespace === "" || namespace === workload.namespace),
    )
  );
}

function hasSelector({ spec }: KubeObject): boolean {
  return Object.keys(spec?.selector?.matchLabels ?? {}).length > 0;
}

function selects(policy: KubeObject, { labels }: Workload): boolean {
  const wanted = Object.entries(policy.spec?.selector?.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** Tried out only: it decides nothing, not even that there is an ALLOW policy. */
function isDryRun({ metadata }: KubeObject): boolean {
  return /^(?:1|t|T|TRUE|true|True)$/.test(metadata.annotations?.["istio.io/dry-run"] ?? "");
}

/** Oldest first; of the same second by name and namespace. */
function byAge(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((a, b) => {
    const [one, other] = [ageKey(a), ageKey(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  });
}

function ageKey({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.name}.${metadata.namespace ?? ""}`;
}
