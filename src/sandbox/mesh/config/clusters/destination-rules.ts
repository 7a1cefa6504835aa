import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { fullHost, mostSpecific } from "../hosts.ts";
import { hasLabels, type Labels } from "../labels.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { Origin } from "../origin.ts";
import type { MeshService } from "../registry/service.ts";
import { byAge, type ObjectView, RESOURCES } from "../view.ts";
import { exportsOf, isVisible } from "../visibility.ts";

/** What is said about how to talk to a host. */
export interface DestinationRule {
  readonly origin: Origin;
  readonly namespace: string;
  readonly host: string;
  readonly exportTo: readonly string[];
  /** Of the clients that it is for; undefined: all. */
  readonly clients: Labels | undefined;
  readonly policy: JsonObject | undefined;
  readonly subsets: readonly JsonObject[];
}

/** All DestinationRules by their namespace. Those of one namespace for one host and the same clients are one. */
export function destinationRules(
  view: ObjectView,
  options: MeshOptions,
): ReadonlyMap<string, readonly DestinationRule[]> {
  const found = new Map<string, DestinationRule[]>();
  for (const object of byAge(view.list(RESOURCES.destinationRules))) {
    const rule = ruleOf(object, options);
    const beside = found.get(rule.namespace) ?? [];
    found.set(rule.namespace, beside);
    const twin = beside.findIndex((one) => one.host === rule.host && isSameClients(one, rule));
    if (twin < 0) beside.push(rule);
    else beside[twin] = joined(beside[twin] as DestinationRule, rule);
  }
  return found;
}

function ruleOf({ metadata, spec = {} }: KubeObject, { domain, exports }: MeshOptions): DestinationRule {
  const { name, namespace = "" } = metadata;
  const clients = spec.workloadSelector?.matchLabels;
  return {
    origin: { kind: "DestinationRule", namespace, name },
    namespace,
    host: fullHost(spec.host ?? "", namespace, domain),
    // One that is for chosen workloads is for its own namespace's alone.
    exportTo: clients === undefined ? exportsOf(spec.exportTo, exports.destinationRule) : ["."],
    clients,
    policy: spec.trafficPolicy,
    subsets: spec.subsets ?? [],
  };
}

function isSameClients({ clients: a }: DestinationRule, { clients: b }: DestinationRule): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The older one's policy stays; subsets that it has not got are added. */
function joined(older: DestinationRule, younger: DestinationRule): DestinationRule {
  const added = younger.subsets.filter(({ name }) => !older.subsets.some((one) => one.name === name));
  return { ...older, policy: older.policy ?? younger.policy, subsets: [...older.subsets, ...added] };
}

/**
 * The rule that a client follows for a service: one of its own namespace, else one that the service's namespace exports,
 * else one of the root namespace; in each the host that says most. Source: istiod's `PushContext.destinationRule`.
 */
export function destinationRuleFor(
  rules: ReadonlyMap<string, readonly DestinationRule[]>,
  service: MeshService,
  client: { readonly namespace: string; readonly labels: Labels },
  rootNamespace: string,
): DestinationRule | undefined {
  const first = client.namespace === rootNamespace ? [] : [client.namespace];
  for (const namespace of [...first, service.namespace, rootNamespace]) {
    const seen = (rules.get(namespace) ?? []).filter(
      (one) => isVisible(one.exportTo, namespace, client.namespace) && isFor(one, client.labels),
    );
    // Of two for the same host the one that chooses its clients comes first.
    const found = mostSpecific(
      service.host,
      seen.toSorted((a, b) => Number(b.clients !== undefined) - Number(a.clients !== undefined)),
      ({ host }) => host,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function isFor({ clients }: DestinationRule, labels: Labels): boolean {
  return clients === undefined || hasLabels(clients, labels);
}
