import type { JsonObject, KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting, nameOf } from "./owner.ts";

const AUTOSCALERS = "autoscaling/horizontalpodautoscalers";
const TARGETS: Readonly<Record<string, string>> = {
  Deployment: "apps/deployments",
  ReplicaSet: "apps/replicasets",
  StatefulSet: "apps/statefulsets",
};
const NO_METRICS =
  "unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find " +
  "the requested resource (get pods.metrics.k8s.io)";

/** Keeps a target within its bounds; more it cannot do, for there is no metrics server, as in a plain kind cluster. */
export const autoscalerController: Controller = {
  name: "horizontal-pod-autoscaler",
  resource: AUTOSCALERS,
  wakes: Object.fromEntries(Object.values(TARGETS).map((resource) => [resource, scalersOf])),
  reconcile(snapshot, { namespace, name }) {
    const scaler = snapshot.get(AUTOSCALERS, namespace, name);
    if (scaler === undefined || isDeleting(scaler)) return NOTHING;
    const { kind = "", name: wanted = "" } = scaler.spec?.scaleTargetRef ?? {};
    const resource = TARGETS[kind];
    const target = resource === undefined ? undefined : snapshot.get(resource, namespace, wanted);
    if (resource === undefined || target === undefined) return { changes: lost(snapshot, scaler) };
    return { changes: followed(snapshot, scaler, resource, target) };
  },
};

function scalersOf(target: KubeObject, snapshot: Snapshot): readonly ReturnType<typeof nameOf>[] {
  return snapshot
    .list(AUTOSCALERS, target.metadata.namespace)
    .filter(
      ({ spec }) => spec?.scaleTargetRef?.kind === target.kind && spec.scaleTargetRef.name === target.metadata.name,
    )
    .map(nameOf);
}

function followed(snapshot: Snapshot, scaler: KubeObject, resource: string, target: KubeObject): readonly Change[] {
  const wish: number = target.spec?.replicas ?? 1;
  const { minReplicas = 1, maxReplicas = wish } = scaler.spec ?? {};
  // Zero replicas switch an autoscaler off.
  const desired = wish === 0 ? 0 : Math.min(Math.max(wish, minReplicas), maxReplicas);
  const conditions = [
    able(
      snapshot,
      scaler,
      "True",
      "SucceededGetScale",
      "the HPA controller was able to get the target's current scale",
    ),
    wish === 0 ? switchedOff(snapshot, scaler) : blind(snapshot, scaler),
  ];
  const status = { currentReplicas: target.status?.replicas ?? 0, desiredReplicas: desired, conditions };
  return [
    { kind: "update-status", resource: AUTOSCALERS, ...nameOf(scaler), status },
    ...(desired === wish ? [] : rescaled(scaler, resource, target, desired, wish < desired)),
    ...(scaler.status?.conditions === undefined && wish > 0 ? complaints(scaler) : []),
  ];
}

function rescaled(
  scaler: KubeObject,
  resource: string,
  target: KubeObject,
  to: number,
  isMore: boolean,
): readonly Change[] {
  const object = { ...target, spec: { ...target.spec, replicas: to } };
  const reason = isMore
    ? "Current number of replicas below Spec.MinReplicas"
    : "Current number of replicas above Spec.MaxReplicas";
  return [
    { kind: "update", resource, object },
    say(scaler, "Normal", "SuccessfulRescale", `New size: ${to}; reason: ${reason}`),
  ];
}

function complaints(scaler: KubeObject): readonly Change[] {
  const metric = `failed to get cpu utilization: ${NO_METRICS}`;
  const all = `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${metric}`;
  return [
    say(scaler, "Warning", "FailedGetResourceMetric", metric),
    say(scaler, "Warning", "FailedComputeMetricsReplicas", all),
  ];
}

function lost(snapshot: Snapshot, scaler: KubeObject): readonly Change[] {
  const { kind, name } = scaler.spec?.scaleTargetRef ?? {};
  const plural = `${String(kind).toLowerCase()}s`;
  const message = `the HPA controller was unable to get the target's current scale: ${plural}.apps "${name}" not found`;
  const conditions = [able(snapshot, scaler, "False", "FailedGetScale", message)];
  const status = { currentReplicas: 0, desiredReplicas: 0, conditions };
  return [{ kind: "update-status", resource: AUTOSCALERS, ...nameOf(scaler), status }];
}

function able(snapshot: Snapshot, scaler: KubeObject, status: string, reason: string, message: string): JsonObject {
  return condition(snapshot, scaler, { type: "AbleToScale", status, reason, message });
}

function blind(snapshot: Snapshot, scaler: KubeObject): JsonObject {
  const message = `the HPA was unable to compute the replica count: failed to get cpu utilization: ${NO_METRICS}`;
  return condition(snapshot, scaler, {
    type: "ScalingActive",
    status: "False",
    reason: "FailedGetResourceMetric",
    message,
  });
}

function switchedOff(snapshot: Snapshot, scaler: KubeObject): JsonObject {
  const message = "scaling is disabled since the replica count of the target is zero";
  return condition(snapshot, scaler, { type: "ScalingActive", status: "False", reason: "ScalingDisabled", message });
}

function condition(snapshot: Snapshot, scaler: KubeObject, next: JsonObject): JsonObject {
  const before = conditionOf(scaler.status?.conditions, next.type);
  const since = before?.status === next.status ? before?.lastTransitionTime : timestamp(snapshot.now);
  return {
    type: next.type,
    status: next.status,
    lastTransitionTime: since,
    reason: next.reason,
    message: next.message,
  };
}

function say(about: KubeObject, type: "Normal" | "Warning", reason: string, message: string): Change {
  return { kind: "event", about, type, reason, message, component: "horizontal-pod-autoscaler" };
}
