import type { JsonObject } from "../../../objects/index.ts";
import type { Mirror, RouteAction, WeightedCluster } from "../config.ts";
import type { Origin } from "../origin.ts";
import type { RuleContext } from "../routes/rules.ts";
import { clusterName } from "../routes/rules.ts";
import type { ObjectView } from "../view.ts";
import { filteredHeaders } from "./filters.ts";
import { GATEWAY_GROUP } from "./gateways.ts";
import { isGranted } from "./references.ts";

/** The cluster of a reference that leads nowhere: requests to it are answered 500. */
const UNKNOWN = "UnknownService";

/** The backends of a rule by weight. A rule that has none, or none with a weight, answers 500 by itself. */
export function backendsOf(
  view: ObjectView,
  refs: readonly JsonObject[],
  origin: Origin,
  context: RuleContext,
): RouteAction {
  const weighted: readonly WeightedCluster[] = refs
    .map((ref) => ({
      cluster: backendCluster(view, ref, origin, context),
      weight: ref.weight ?? 1,
      headers: filteredHeaders(ref.filters ?? []),
    }))
    .filter(({ weight }) => weight > 0);
  if (weighted.length === 0) return { kind: "direct", status: 500, body: "" };
  return { kind: "forward", destinations: weighted, missingStatus: 500 };
}

/** Filters `RequestMirror`: all requests, a percentage or a fraction. */
export function mirrorsOf(
  view: ObjectView,
  filters: readonly JsonObject[],
  origin: Origin,
  context: RuleContext,
): readonly Mirror[] {
  return filters
    .filter(({ type }) => type === "RequestMirror")
    .map(({ requestMirror: { backendRef, percent, fraction } }) => ({
      cluster: backendCluster(view, backendRef, origin, context),
      percent: percent ?? (fraction ? (fraction.numerator * 100) / (fraction.denominator ?? 100) : 100),
    }))
    .filter(({ percent }) => percent > 0);
}

function backendCluster(view: ObjectView, ref: JsonObject, origin: Origin, context: RuleContext): string {
  const { group = "", kind = "Service", name, namespace = origin.namespace, port } = ref;
  if (group === "networking.istio.io" && kind === "Hostname") return clusterName(name, port);
  if (group !== "" || kind !== "Service") return UNKNOWN;
  const from = { group: GATEWAY_GROUP, kind: origin.kind, namespace: origin.namespace };
  if (!isGranted(view, from, { group, kind, namespace }, name)) return UNKNOWN;
  const service = context.services.get(`${name}.${namespace}.svc.${context.options.domain}`);
  return service?.ports.some(({ number }) => number === port) ? clusterName(service.host, port) : UNKNOWN;
}
