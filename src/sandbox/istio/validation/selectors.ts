import type { JsonObject } from "../../objects/index.ts";
import { Findings, items, pairs, quoted, texts } from "./findings.ts";
import { isDnsLabel } from "./names.ts";

const NO_LABELS = "workload selector specified without labels";
/** What a policy may be attached to, as upstream's error lists it. */
const TARGETS: readonly (readonly [group: string, kind: string, shown: string])[] = [
  ["core", "Service", "core/v1/Service"],
  ["networking.istio.io", "ServiceEntry", "networking.istio.io/v1/ServiceEntry"],
  ["gateway.networking.k8s.io", "Gateway", "gateway.networking.k8s.io/v1/Gateway"],
  ["gateway.networking.k8s.io", "GatewayClass", "gateway.networking.k8s.io/v1/GatewayClass"],
];

/** The `selector` of policies. */
export function workloadSelector(selector: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!selector) return found;
  checkLabels(found, selector.matchLabels);
  return found.warn(pairs(selector.matchLabels).length === 0 ? NO_LABELS : undefined);
}

/** The `workloadSelector` of networking's kinds. An error in it is the only one that is told. `what` is who will be everywhere. */
export function networkSelector(selector: JsonObject | undefined, what: string): Findings {
  const found = new Findings();
  if (!selector) return found;
  checkLabels(found, selector.labels);
  const isEmpty = pairs(selector.labels).length === 0;
  return found.warn(isEmpty ? `${what}: ${NO_LABELS}, will be applied to all services in namespace` : undefined);
}

function checkLabels(found: Findings, labels: unknown): void {
  for (const [key, value] of pairs(labels)) {
    const shown = quoted(`${key}=${value}`);
    found.error(
      key === "" ? `empty key is not supported in selector: ${shown}` : undefined,
      `${key}${value}`.includes("*") ? `wildcard is not supported in selector: ${shown}` : undefined,
    );
  }
}

/** What a policy is for: a selector, or what it is attached to. */
export function policyTargets(spec: JsonObject): Findings {
  const references = items(spec.targetRefs);
  const count = [spec.selector, spec.targetRef, references.length > 0].filter(Boolean).length;
  return new Findings()
    .error(count > 1 ? "only one of targetRefs or workloadSelector can be set" : undefined)
    .add(workloadSelector(spec.selector))
    .add(...[...items(spec.targetRef && [spec.targetRef]), ...references].map(targetReference));
}

function targetReference({ group = "", kind = "", name, namespace }: JsonObject): Findings {
  const isKnown = TARGETS.some(([one, other]) => one === (group || "core") && other === kind);
  const known = TARGETS.map(([, , shown]) => shown).join(" ");
  return new Findings().error(
    name ? undefined : "targetRef name must be set",
    namespace ? "targetRef namespace must not be set; cross namespace referencing is not supported" : undefined,
    isKnown ? undefined : `targetRef must be to one of [${known}] but was ${group}/${kind}`,
  );
}

interface Exported {
  readonly namespace: string;
  /** Only a service may be for nobody. */
  readonly isService?: boolean;
  readonly hasSelector?: boolean;
}

/** `exportTo`: who may see an object. */
export function exportFindings(exportTo: unknown, { namespace, isService, hasSelector }: Exported): Findings {
  const found = new Findings();
  const given = texts(exportTo);
  const seen = new Set<string>();
  for (const entry of given) {
    const key = entry === "." ? namespace : entry;
    if (seen.has(key)) {
      const isOwn = `duplicate entries in exportTo: . and current namespace ${namespace}`;
      found.error(key === entry ? `duplicate entries in exportTo for entry ${entry}` : isOwn);
      continue;
    }
    const fault = isService && entry === "~" ? undefined : visibilityError(key);
    found.error(fault);
    if (fault === undefined) seen.add(key);
  }
  if (hasSelector && seen.size > 0) {
    if (!seen.has(namespace)) {
      found.error("destination rule with workload selector cannot have exportTo beyond current namespace");
    } else if (seen.size > 1) {
      found.error("destination rule with workload selector cannot have multiple entries in exportTo");
    }
  }
  const isMixed = given.length > 1;
  return found.error(
    isMixed && seen.has("*") ? "cannot have both public (*) and non-public exportTo values for a resource" : undefined,
    isMixed && seen.has("~") ? "cannot export service entry to no one (~) and someone" : undefined,
  );
}

function visibilityError(entry: string): string | undefined {
  if (entry === "*") return undefined;
  if (entry === "~") return "exportTo ~ (none) is not allowed for Istio configuration objects";
  return isDnsLabel(entry) ? undefined : "only .,*,~, or a valid DNS 1123 label is allowed as exportTo entry";
}
