import { findKind } from "../kinds/index.ts";
import { type KubeObject, matchesLabels, selectorOf } from "../objects/index.ts";
import { resourceKey } from "../store/index.ts";
import type { Call, Target } from "./call.ts";
import { decodeObject } from "./request-body.ts";
import { named } from "./resource-handlers.ts";
import { methodNotAllowed, StatusError, success } from "./status.ts";
import { sendJson } from "./wire.ts";
import { deleteOptionsOf } from "./write-query.ts";

/** `kubectl drain`: a delete that a pod's disruption budget may refuse with 429; clients then try again. */
export async function serveEviction(call: Call, target: Target): Promise<void> {
  if (call.method !== "POST") throw methodNotAllowed();
  const { kind, namespace, name } = named(target);
  const eviction = await decodeObject(call.request);
  const options = deleteOptionsOf((eviction.deleteOptions ?? {}) as object, call.query);
  const pod = call.api.registry.get(kind, namespace, name);
  if (!options.dryRun) spend(call, pod);
  call.api.registry.delete(kind, namespace, name, options);
  sendJson(call.response, { ...success({}), code: 201 }, { code: 201 });
}

/** Takes one disruption from the pod's budget. A pod that ended, or is going anyway, needs none. */
function spend(call: Call, pod: KubeObject): void {
  const { registry } = call.api;
  const kind = findKind("policy", "v1", "poddisruptionbudgets");
  if (kind === undefined || pod.metadata.deletionTimestamp || isOver(pod)) return;
  const budget = registry.store
    .list(resourceKey(kind), pod.metadata.namespace)
    .find(({ spec }) => spec?.selector && matchesLabels(selectorOf(spec.selector), pod.metadata.labels));
  if (budget === undefined) return;
  const { disruptionsAllowed = 0 } = budget.status ?? {};
  if (disruptionsAllowed < 1) throw refused(budget);
  const status = { ...budget.status, disruptionsAllowed: disruptionsAllowed - 1 };
  const { namespace, name } = budget.metadata;
  registry.updateStatus(kind, namespace, name, { ...budget, status });
}

function isOver(pod: KubeObject): boolean {
  return ["Pending", "Succeeded", "Failed"].includes(pod.status?.phase);
}

function refused({ metadata, status }: KubeObject): StatusError {
  const { desiredHealthy = 0, currentHealthy = 0 } = status ?? {};
  const needs = `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  const causes = [{ reason: "DisruptionBudget", message: needs }];
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  return new StatusError(429, "TooManyRequests", message, { causes });
}
