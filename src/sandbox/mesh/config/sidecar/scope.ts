import type { JsonObject } from "../../../objects/index.ts";
import type { UnknownHost } from "../config.ts";
import { includesHost } from "../hosts.ts";
import { hasLabels, type Labels } from "../labels.ts";
import { type MeshOptions, unknownHost } from "../mesh-options.ts";
import { ServiceLookup, visibleServices } from "../registry/registry.ts";
import type { MeshService } from "../registry/service.ts";
import type { HostRules } from "../routes/rules.ts";
import { byAge, type ObjectView, RESOURCES } from "../view.ts";
import { isVisible } from "../visibility.ts";

/** What one proxy is told of the mesh. */
export interface Scope {
  readonly namespace: string;
  readonly labels: Labels;
  readonly isGateway: boolean;
  readonly services: ServiceLookup;
  /** In the order in which they have precedence. */
  readonly rules: readonly HostRules[];
  readonly unknown: UnknownHost;
  /** Whether a service may be reached at a port: a Sidecar may open a host for some ports only. */
  listens(service: MeshService, port: number): boolean;
}

export interface ScopeInput {
  readonly services: readonly MeshService[];
  readonly rules: readonly HostRules[];
  readonly sidecars: readonly JsonObject[];
  readonly options: MeshOptions;
}

/** Sidecars with their namespaces, oldest first. */
export function sidecarsOf(view: ObjectView): readonly JsonObject[] {
  return byAge(view.list(RESOURCES.sidecars));
}

/** What a proxy knows: what is exported to it, and of that what its Sidecar lets in. */
export function scopeOf(input: ScopeInput, namespace: string, labels: Labels, isGateway: boolean): Scope {
  const { options } = input;
  const services = visibleServices(input.services, namespace);
  const rules = input.rules
    .filter((one) => isVisible(one.exportTo, one.namespace, namespace))
    .toSorted((a, b) => precedence(a, namespace) - precedence(b, namespace));
  const sidecar = isGateway ? undefined : sidecarFor(input.sidecars, namespace, labels, options.rootNamespace);
  const egress: readonly JsonObject[] = sidecar?.spec?.egress ?? [];
  const unknown =
    sidecar?.spec?.outboundTrafficPolicy === undefined
      ? options.unknown
      : unknownHost(sidecar.spec.outboundTrafficPolicy.mode ?? "REGISTRY_ONLY");
  const base = { namespace, labels, isGateway, unknown };
  if (egress.length === 0) return { ...base, services: new ServiceLookup(services), rules, listens: () => true };
  const lets = (owner: string, host: string, port?: number): boolean =>
    egress.some(
      (one) =>
        (port === undefined || one.port?.number === undefined || one.port.number === port) &&
        one.hosts.some((pattern: string) => imports(pattern, namespace, owner, host)),
    );
  const imported = rules.filter((one) => one.hosts.some((host) => lets(one.namespace, host)));
  // What those rules lead to has to be there, although nobody may ask for it by its own name.
  const destinations = new Set(imported.flatMap((one) => one.destinations));
  const known = services.filter((one) => lets(one.namespace, one.host) || destinations.has(one.host));
  return {
    ...base,
    services: new ServiceLookup(known),
    rules: imported,
    listens: (service, port) => lets(service.namespace, service.host, port),
  };
}

/** What a namespace keeps to itself comes first, then what is exported to it by name, then what is for all. */
function precedence({ exportTo }: HostRules, namespace: string): number {
  if (exportTo.includes("*")) return 2;
  return exportTo.includes(".") || exportTo.every((to) => to === namespace) ? 0 : 1;
}

/** One that chooses the workload, else the namespace's, else the root namespace's. */
function sidecarFor(
  sidecars: readonly JsonObject[],
  namespace: string,
  labels: Labels,
  rootNamespace: string,
): JsonObject | undefined {
  const own = sidecars.filter(({ metadata }) => metadata.namespace === namespace);
  const selector = (one: JsonObject): Labels | undefined => one.spec?.workloadSelector?.labels;
  return (
    own.find((one) => selector(one) !== undefined && hasLabels(selector(one), labels)) ??
    own.find((one) => selector(one) === undefined) ??
    sidecars.find((one) => one.metadata.namespace === rootNamespace && selector(one) === undefined)
  );
}

/** `./*`, `* /reviews.prod.svc.cluster.local` (without the blank), `~/*`. */
function imports(pattern: string, namespace: string, owner: string, host: string): boolean {
  const [from = "*", hosts = "*"] = pattern.split("/");
  if (from === "~") return false;
  return (from === "*" || from === owner || (from === "." && owner === namespace)) && includesHost(hosts, host);
}
