import type { JsonObject, KubeObject } from "../objects/index.ts";
import { availableAt, isActive, isReady } from "./availability.ts";
import { claim } from "./claims.ts";
import { isTrue } from "./conditions.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting, nameOf, wakeOwner } from "./owner.ts";
import { podFromTemplate } from "./pod-template.ts";
import { selects } from "./selector.ts";

/** Upstream's controller makes at most so many pods in one go, and 20 a second (its `--kube-api-qps`) in the long run. */
const BURST = 500;
const BURST_MS = (BURST / 20) * 1000;

/** Keeps as many pods as asked for, adopts strays that match, lets go of those that no longer do. */
export const replicaSetController: Controller = {
  name: "replicaset-controller",
  resource: "apps/replicasets",
  wakes: {
    "/pods": (pod, snapshot) => [...wakeOwner("ReplicaSet")(pod), ...adopters(pod, snapshot)],
  },
  reconcile(snapshot, { namespace, name }) {
    const set = snapshot.get("apps/replicasets", namespace, name);
    if (set === undefined) return NOTHING;
    const { pods, changes } = claim(snapshot, set, set.spec?.selector);
    const active = pods.filter(isActive);
    const available = active.map((pod) => availableAt(pod, set.spec?.minReadySeconds ?? 0));
    const later = available.filter((at) => at !== undefined && at > snapshot.now) as number[];
    const missing = (set.spec?.replicas ?? 1) - active.length;
    const recent = missing > 0 ? createdSince(active, snapshot.now - BURST_MS) : [];
    if (missing > BURST - recent.length) later.push(Math.min(snapshot.now, ...recent) + BURST_MS);
    const difference = Math.min(missing, Math.max(0, BURST - recent.length));
    return {
      changes: [
        ...changes,
        ...(isDeleting(set) ? [] : scale(snapshot, set, active, difference)),
        status(snapshot, set, pods),
      ],
      ...(later.length === 0 ? {} : { again: Math.min(...later) }),
    };
  },
};

function adopters(pod: KubeObject, snapshot: Snapshot): ReturnType<typeof nameOf>[] {
  if (pod.metadata.ownerReferences?.some((owner) => owner.controller)) return [];
  return snapshot
    .list("apps/replicasets", pod.metadata.namespace)
    .filter((set) => selects(set.spec?.selector, pod.metadata.labels))
    .map(nameOf);
}

/** When those were made that are no older, in epoch ms. */
function createdSince(pods: readonly KubeObject[], oldest: number): number[] {
  return pods.map((pod) => Date.parse(pod.metadata.creationTimestamp ?? "")).filter((at) => at > oldest);
}

/** `missing` pods more; less when it is negative. */
function scale(snapshot: Snapshot, set: KubeObject, active: readonly KubeObject[], missing: number): readonly Change[] {
  if (missing >= 0) {
    return Array.from({ length: missing }, (_, index) => {
      const pod = podFromTemplate(snapshot, set, set.spec?.template, index);
      return [
        { kind: "create", resource: "/pods", object: pod } as const,
        say(set, "SuccessfulCreate", `Created pod: ${pod.metadata.name}`),
      ];
    }).flat();
  }
  return [...active]
    .sort(deletedFirst)
    .slice(0, -missing)
    .flatMap((pod) => [
      { kind: "delete", resource: "/pods", ...nameOf(pod) } as const,
      say(set, "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`),
    ]);
}

/** Upstream's order of victims: not scheduled, pending, not ready, youngest. */
function deletedFirst(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject): number =>
    pod.spec?.nodeName === undefined ? 0 : pod.status?.phase !== "Running" ? 1 : isReady(pod) ? 3 : 2;
  const byAge = (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? "");
  return rank(a) - rank(b) || byAge || b.metadata.name.localeCompare(a.metadata.name);
}

function status(snapshot: Snapshot, set: KubeObject, pods: readonly KubeObject[]): Change {
  const active = pods.filter(isActive);
  const labels: Record<string, string> = set.spec?.template?.metadata?.labels ?? {};
  const labelled = active.filter((pod) =>
    Object.keys(labels).every((key) => pod.metadata.labels?.[key] === labels[key]),
  );
  const seconds = set.spec?.minReadySeconds ?? 0;
  const available = active.filter((pod) => (availableAt(pod, seconds) ?? Number.POSITIVE_INFINITY) <= snapshot.now);
  const counts: JsonObject = {
    fullyLabeledReplicas: labelled.length,
    readyReplicas: active.filter((pod) => isTrue(pod.status?.conditions, "Ready")).length,
    availableReplicas: available.length,
  };
  return {
    kind: "update-status",
    resource: "apps/replicasets",
    ...nameOf(set),
    status: {
      replicas: active.length,
      ...withoutZeros(counts),
      terminatingReplicas: pods.filter(isDeleting).length,
      observedGeneration: set.metadata.generation ?? 1,
    },
  };
}

/** Upstream leaves zero counts out of the JSON. */
export function withoutZeros(counts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function say(about: KubeObject, reason: string, message: string): Change {
  return { kind: "event", about, type: "Normal", reason, message, component: "replicaset-controller" };
}
