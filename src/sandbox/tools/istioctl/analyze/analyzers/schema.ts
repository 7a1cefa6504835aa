import { validatorServer } from "../../../../istio/index.ts";
import { type Kind, placeOf } from "../kinds.ts";
import type { Analyzer, Finding, Resource } from "../world.ts";

const KINDS: readonly Kind[] = [
  "AuthorizationPolicy",
  "DestinationRule",
  "EnvoyFilter",
  "Gateway",
  "PeerAuthentication",
  "ProxyConfig",
  "RequestAuthentication",
  "ServiceEntry",
  "Sidecar",
  "Telemetry",
  "VirtualService",
  "WasmPlugin",
  "WorkloadEntry",
  "WorkloadGroup",
];
const UNREACHABLE = /^virtualService rule (.+) not used \((.+)\)$/;
const INEFFECTIVE = /^virtualService rule (.+?) match (.+) is not used \(duplicate\/overlapping match in rule (.+)\)$/;

/** What istiod's validation says of each object of Istio's. The validator has to be loaded. */
export const schemas: readonly Analyzer[] = KINDS.map((kind) => ({
  name: `schema.ValidationAnalyzer.${kind}`,
  description: `Runs schema validation as an analyzer on '${kind}' resources`,
  inputs: [kind],
  analyze: function* (world) {
    for (const resource of world.list(kind)) yield* judged(resource);
  },
}));

function* judged(resource: Resource): Iterable<Finding> {
  const { kind, name, namespace, object } = resource;
  const { group, versions } = placeOf(kind);
  // Upstream hands over the name alone: what annotations say is not judged here.
  const bare = { apiVersion: `${group}/${versions[0]}`, kind, metadata: { name, namespace }, spec: object.spec ?? {} };
  const found = validatorServer()?.(bare, namespace);
  for (const error of found?.errors ?? []) yield { code: "IST0106", resource, parameters: [error] };
  for (const warning of found?.warnings ?? []) yield told(resource, warning);
}

function told(resource: Resource, warning: string): Finding {
  const [, own, match, other] = INEFFECTIVE.exec(warning) ?? [];
  if (own !== undefined) return { code: "IST0131", resource, parameters: [own, match ?? "", other ?? ""] };
  const [, rule, reason] = UNREACHABLE.exec(warning) ?? [];
  if (rule !== undefined) return { code: "IST0130", resource, parameters: [rule, reason ?? ""] };
  return { code: "IST0133", resource, parameters: [warning] };
}
