import { validatorServer } from "../../../../istio/index.ts";
import type { Kind } from "../kinds.ts";
import { type Analyzer, type Message, type Resource, report } from "../model.ts";

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
const UNREACHABLE = /^virtualService rule (\S+) not used \((.*)\)$/;
const INEFFECTIVE = /^virtualService rule (\S+) match (.+?) is not used \(duplicate\/overlapping match in rule (.*)\)$/;

/** What istiod would refuse, or warn of; the validator must have been loaded. */
export const schemas: readonly Analyzer[] = KINDS.map((kind) => ({
  name: `schema.ValidationAnalyzer.${kind}`,
  description: `Runs schema validation as an analyzer on '${kind}' resources`,
  inputs: [kind],
  *analyze(world) {
    for (const one of world.list(kind)) yield* judged(one);
  },
}));

function* judged(resource: Resource): Iterable<Message> {
  const { metadata, ...object } = resource.object;
  const found = validatorServer()?.({ ...object, metadata: { ...metadata, namespace: resource.namespace } });
  for (const error of found?.errors ?? []) yield report(resource, "SchemaValidationError", [error]);
  for (const warning of found?.warnings ?? []) {
    const [, rule, reason] = UNREACHABLE.exec(warning) ?? [];
    const [, own, match, other] = INEFFECTIVE.exec(warning) ?? [];
    if (rule !== undefined) yield report(resource, "VirtualServiceUnreachableRule", [rule, reason]);
    else if (own !== undefined) yield report(resource, "VirtualServiceIneffectiveMatch", [own, match, other]);
    else yield report(resource, "SchemaWarning", [warning]);
  }
}
