import type { JsonObject, KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import type { Change, Snapshot } from "./controller.ts";
import { nameOf } from "./owner.ts";
import { withoutZeros } from "./replica-set.ts";
import { createNewSet, desiredOf, isOfTemplate, maxUnavailable } from "./replica-sets.ts";

export type StatusChange = Extract<Change, { kind: "update-status" }>;

interface Verdict {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** A Deployment's status from its sets: counts, and the conditions Available and Progressing in upstream's words. */
export function deploymentStatus(
  snapshot: Snapshot,
  deployment: KubeObject,
  sets: readonly KubeObject[],
): StatusChange {
  const counts = countsOf(deployment, sets);
  const collisionCount = deployment.status?.collisionCount;
  const old: readonly JsonObject[] = deployment.status?.conditions ?? [];
  const moved =
    counts.updatedReplicas !== (deployment.status?.updatedReplicas ?? 0) ||
    counts.readyReplicas !== (deployment.status?.readyReplicas ?? 0) ||
    counts.availableReplicas !== (deployment.status?.availableReplicas ?? 0);
  const conditions = [availability(deployment, counts), progress(snapshot, deployment, sets, counts, moved)].reduce(
    (list, verdict) => settle(list, verdict, snapshot.now, moved),
    old,
  );
  return {
    kind: "update-status",
    resource: "apps/deployments",
    ...nameOf(deployment),
    status: {
      observedGeneration: deployment.metadata.generation ?? 1,
      ...withoutZeros(counts),
      terminatingReplicas: sum(sets, "terminatingReplicas"),
      ...(collisionCount !== undefined && { collisionCount }),
      conditions,
    },
  };
}

/** When the present rollout runs out of time, epoch ms; undefined when it is done, paused or already late. */
export function progressDeadline(
  snapshot: Snapshot,
  deployment: KubeObject,
  sets: readonly KubeObject[],
): number | undefined {
  const progressing = conditionOf(deployment.status?.conditions, "Progressing");
  if (progressing === undefined || isComplete(deployment, countsOf(deployment, sets))) return undefined;
  if (deployment.spec?.paused === true) return undefined;
  const at = Date.parse(progressing.lastUpdateTime) + deadlineMs(deployment);
  return at > snapshot.now ? at : undefined;
}

function countsOf(deployment: KubeObject, sets: readonly KubeObject[]): JsonObject {
  const current = sets.filter((set) => isOfTemplate(deployment, set));
  const replicas = sum(sets, "replicas");
  const availableReplicas = sum(sets, "availableReplicas");
  return {
    replicas,
    updatedReplicas: sum(current, "replicas"),
    readyReplicas: sum(sets, "readyReplicas"),
    availableReplicas,
    unavailableReplicas: Math.max(0, Math.max(replicas, desiredOf(deployment)) - availableReplicas),
  };
}

function availability(deployment: KubeObject, counts: JsonObject): Verdict {
  const type = "Available";
  return counts.availableReplicas >= desiredOf(deployment) - maxUnavailable(deployment)
    ? { type, status: "True", reason: "MinimumReplicasAvailable", message: "Deployment has minimum availability." }
    : {
        type,
        status: "False",
        reason: "MinimumReplicasUnavailable",
        message: "Deployment does not have minimum availability.",
      };
}

function progress(
  snapshot: Snapshot,
  deployment: KubeObject,
  sets: readonly KubeObject[],
  counts: JsonObject,
  moved: boolean,
): Verdict {
  const type = "Progressing";
  const before = conditionOf(deployment.status?.conditions, type);
  const current = sets.find((set) => isOfTemplate(deployment, set));
  const name = current?.metadata.name ?? createNewSet(deployment, 0, "1").metadata.name;
  if (deployment.spec?.paused === true) {
    return { type, status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" };
  }
  if (current === undefined) {
    return { type, status: "True", reason: "NewReplicaSetCreated", message: `Created new replica set "${name}"` };
  }
  if (isComplete(deployment, counts)) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    return { type, status: "True", reason: "NewReplicaSetAvailable", message };
  }
  const isLate = before !== undefined && Date.parse(before.lastUpdateTime) + deadlineMs(deployment) <= snapshot.now;
  if (before?.reason === "ProgressDeadlineExceeded" || (isLate && !moved)) {
    if (!moved) {
      const message = `ReplicaSet "${name}" has timed out progressing.`;
      return { type, status: "False", reason: "ProgressDeadlineExceeded", message };
    }
  }
  if (before?.reason === "NewReplicaSetCreated" && !moved) return before as unknown as Verdict;
  return { type, status: "True", reason: "ReplicaSetUpdated", message: `ReplicaSet "${name}" is progressing.` };
}

function isComplete(deployment: KubeObject, counts: JsonObject): boolean {
  const desired = desiredOf(deployment);
  return ["replicas", "updatedReplicas", "availableReplicas"].every((key) => counts[key] === desired);
}

/** A condition that changed moves to the end of the list, as upstream does it. */
function settle(list: readonly JsonObject[], next: Verdict, now: number, moved: boolean): readonly JsonObject[] {
  const before = conditionOf(list, next.type);
  const same = before?.status === next.status && before.reason === next.reason && before.message === next.message;
  const touches = moved && next.type === "Progressing" && next.reason === "ReplicaSetUpdated";
  if (same && !touches) return list;
  const isTransition = before?.status !== next.status;
  const { type, status, reason, message } = next;
  const condition = {
    type,
    status,
    lastUpdateTime: timestamp(now),
    lastTransitionTime: isTransition ? timestamp(now) : before?.lastTransitionTime,
    reason,
    message,
  };
  return [...list.filter((one) => one.type !== next.type), condition];
}

function deadlineMs(deployment: KubeObject): number {
  return (deployment.spec?.progressDeadlineSeconds ?? 600) * 1000;
}

function sum(sets: readonly KubeObject[], count: string): number {
  return sets.reduce((total, set) => total + (set.status?.[count] ?? 0), 0);
}
