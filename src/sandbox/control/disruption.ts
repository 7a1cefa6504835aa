import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isActive, isReady } from "./availability.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import type { Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { controllerOf, nameOf } from "./owner.ts";
import { selects } from "./selector.ts";

const BUDGETS = "policy/poddisruptionbudgets";
/** Where a pod's owner and its wish are found. */
const OWNERS: Readonly<Record<string, string>> = { ReplicaSet: "apps/replicasets", StatefulSet: "apps/statefulsets" };

/** Counts a budget's pods, and how many of them may be evicted now. */
export const disruptionController: Controller = {
  name: "disruption-controller",
  resource: BUDGETS,
  wakes: {
    "/pods": (pod, snapshot) =>
      snapshot
        .list(BUDGETS, pod.metadata.namespace)
        .filter((budget) => selects(budget.spec?.selector, pod.metadata.labels))
        .map(nameOf),
  },
  reconcile(snapshot, { namespace, name }) {
    const budget = snapshot.get(BUDGETS, namespace, name);
    if (budget === undefined) return NOTHING;
    const status = statusOf(snapshot, budget);
    return { changes: [{ kind: "update-status", resource: BUDGETS, ...nameOf(budget), status }] };
  },
};

function statusOf(snapshot: Snapshot, budget: KubeObject): JsonObject {
  const pods = snapshot
    .list("/pods", budget.metadata.namespace)
    .filter((pod) => isActive(pod) && selects(budget.spec?.selector, pod.metadata.labels));
  const currentHealthy = pods.filter(isReady).length;
  const [expectedPods, desiredHealthy] = wantedOf(snapshot, budget, pods);
  const disruptionsAllowed = expectedPods === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return {
    conditions: [condition(snapshot, budget, disruptionsAllowed > 0)],
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration: budget.metadata.generation ?? 1,
  };
}

/** Expected and needed pods. A share, or a bound on what may be missing, is of the owners' replicas; a number stands for itself. */
function wantedOf(snapshot: Snapshot, { spec }: KubeObject, pods: readonly KubeObject[]): readonly [number, number] {
  if (spec?.maxUnavailable !== undefined) {
    const expected = replicasBehind(snapshot, pods);
    return [expected, Math.max(0, expected - amount(spec.maxUnavailable, expected))];
  }
  if (typeof spec?.minAvailable === "string") {
    const expected = replicasBehind(snapshot, pods);
    return [expected, amount(spec.minAvailable, expected)];
  }
  return [pods.length, Number(spec?.minAvailable ?? 1)];
}

function replicasBehind(snapshot: Snapshot, pods: readonly KubeObject[]): number {
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const resource = owner && OWNERS[owner.kind];
    const found = resource && snapshot.get(resource, pod.metadata.namespace, owner.name);
    if (found) owners.set(owner.uid, found.spec?.replicas ?? 1);
  }
  return [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
}

function amount(value: number | string, of: number): number {
  const text = String(value);
  return text.endsWith("%") ? Math.ceil((Number.parseInt(text, 10) * of) / 100) : Number(value);
}

function condition(snapshot: Snapshot, budget: KubeObject, isAllowed: boolean): JsonObject {
  const type = "DisruptionAllowed";
  const status = isAllowed ? "True" : "False";
  const before = conditionOf(budget.status?.conditions, type);
  return {
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(snapshot.now),
    message: "",
    observedGeneration: budget.metadata.generation ?? 1,
    reason: isAllowed ? "SufficientPods" : "InsufficientPods",
    status,
    type,
  };
}
