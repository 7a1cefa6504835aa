import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isReady } from "./availability.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { templateHash } from "./hash.ts";
import { isDeleting, nameOf, ownedBy, wakeOwner } from "./owner.ts";
import { podNamed } from "./pod-template.ts";
import { withoutZeros } from "./replica-set.ts";
import { recordedRevisions } from "./revisions.ts";

const HASH = "controller-revision-hash";

/** Pods with fixed names, one after the other (`OrderedReady`) or all at once (`Parallel`). */
export const statefulSetController: Controller = {
  name: "statefulset-controller",
  resource: "apps/statefulsets",
  wakes: { "/pods": wakeOwner("StatefulSet") },
  reconcile(snapshot, { namespace, name }) {
    const set = snapshot.get("apps/statefulsets", namespace, name);
    if (set === undefined) return NOTHING;
    const pods = [...ownedBy(snapshot, "/pods", set)].sort((a, b) => ordinalOf(a) - ordinalOf(b));
    const steps = isDeleting(set) ? [] : [...recordedRevisions(snapshot, set, pods), ...nextSteps(snapshot, set, pods)];
    return { changes: [...steps, status(set, pods)] };
  },
};

function nextSteps(snapshot: Snapshot, set: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  const replicas: number = set.spec?.replicas ?? 1;
  const first: number = set.spec?.ordinals?.start ?? 0;
  const wanted = Array.from({ length: replicas }, (_, index) => first + index);
  const have = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const isParallel = set.spec?.podManagementPolicy === "Parallel";
  const changes: Change[] = [];
  for (const ordinal of wanted) {
    const pod = have.get(ordinal);
    if (pod === undefined) changes.push(...create(snapshot, set, ordinal));
    if (!isParallel && (pod === undefined || isDeleting(pod) || !isReady(pod)))
      return [...changes, ...repaired(set, pod)];
  }
  const surplus = pods.filter((pod) => !wanted.includes(ordinalOf(pod)) && !isDeleting(pod)).reverse();
  if (surplus.length > 0)
    return [...changes, ...(isParallel ? surplus : surplus.slice(0, 1)).flatMap((pod) => remove(set, pod))];
  return changes.length > 0 ? changes : updated(set, pods);
}

/** Highest ordinal first, one at a time; ordinals below `partition` keep the old template. */
function updated(set: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  if (set.spec?.updateStrategy?.type === "OnDelete") return [];
  if (pods.some((pod) => isDeleting(pod) || !isReady(pod))) return [];
  const partition: number = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const stale = pods.filter((pod) => pod.metadata.labels?.[HASH] !== hashOf(set) && ordinalOf(pod) >= partition);
  return stale.slice(-1).flatMap((pod) => remove(set, pod));
}

/** A pod of an old template that never got ready is replaced at once: waiting for it would be for ever. */
function repaired(set: KubeObject, pod: KubeObject | undefined): readonly Change[] {
  if (pod === undefined || isDeleting(pod) || pod.metadata.labels?.[HASH] === hashOf(set)) return [];
  return remove(set, pod);
}

function create(snapshot: Snapshot, set: KubeObject, ordinal: number): readonly Change[] {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podNamed(set, set.spec?.template ?? {}, name);
  const claims: readonly JsonObject[] = set.spec?.volumeClaimTemplates ?? [];
  const volumes = claims.map((claim) => {
    const claimName = `${claim.metadata.name}-${name}`;
    return { name: claim.metadata.name, persistentVolumeClaim: { claimName } };
  });
  const spec = {
    ...pod.spec,
    hostname: name,
    ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
    ...(volumes.length === 0 ? {} : { volumes: [...(pod.spec?.volumes ?? []), ...volumes] }),
  };
  const labels = {
    ...pod.metadata.labels,
    [HASH]: hashOf(set),
    "statefulset.kubernetes.io/pod-name": name,
    "apps.kubernetes.io/pod-index": String(ordinal),
  };
  const object = { ...pod, metadata: { ...pod.metadata, labels, generateName: `${set.metadata.name}-` }, spec };
  return [
    ...claims.flatMap((claim) => newClaim(snapshot, set, claim, name)),
    { kind: "create", resource: "/pods", object },
    say(set, "SuccessfulCreate", `create Pod ${name} in StatefulSet ${set.metadata.name} successful`),
  ];
}

function newClaim(snapshot: Snapshot, set: KubeObject, claim: JsonObject, pod: string): readonly Change[] {
  const { namespace } = set.metadata;
  const name = `${claim.metadata.name}-${pod}`;
  if (snapshot.get("/persistentvolumeclaims", namespace, name) !== undefined) return [];
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), labels: set.spec?.selector?.matchLabels };
  const object = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec: claim.spec };
  const message = `create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`;
  return [{ kind: "create", resource: "/persistentvolumeclaims", object }, say(set, "SuccessfulCreate", message)];
}

function remove(set: KubeObject, pod: KubeObject): readonly Change[] {
  const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  return [{ kind: "delete", resource: "/pods", ...nameOf(pod) }, say(set, "SuccessfulDelete", message)];
}

function status(set: KubeObject, pods: readonly KubeObject[]): Change {
  const live = pods.filter((pod) => !isDeleting(pod));
  const fresh = live.filter((pod) => pod.metadata.labels?.[HASH] === hashOf(set));
  const revision = `${set.metadata.name}-${hashOf(set)}`;
  const isDone = fresh.length === live.length && fresh.length === (set.spec?.replicas ?? 1);
  const ready = live.filter(isReady).length;
  return {
    kind: "update-status",
    resource: "apps/statefulsets",
    ...nameOf(set),
    status: {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: live.length,
      ...withoutZeros({ readyReplicas: ready, currentReplicas: fresh.length, updatedReplicas: fresh.length }),
      currentRevision: isDone ? revision : (set.status?.currentRevision ?? revision),
      updateRevision: revision,
      collisionCount: 0,
      availableReplicas: ready,
    },
  };
}

function ordinalOf(pod: KubeObject): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
}

function hashOf(set: KubeObject): string {
  return templateHash(set.spec?.template);
}

function say(about: KubeObject, reason: string, message: string): Change {
  return { kind: "event", about, type: "Normal", reason, message, component: "statefulset-controller" };
}
