import type { KubeObject } from "../objects/index.ts";
import type { Change, Controller, Reconciled, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { deploymentStatus, progressDeadline, type StatusChange } from "./deployment-status.ts";
import { controllerOf, controllerReference, isDeleting, nameOf, ownedBy, wakeOwner } from "./owner.ts";
import {
  createNewSet,
  DESIRED,
  desiredOf,
  isOfTemplate,
  maxSurge,
  nextRevision,
  oldestFirst,
  REVISION,
  replicasOf,
  syncedSet,
} from "./replica-sets.ts";
import { recreateSteps, rollingSteps, type Scaling } from "./rollout.ts";
import { selects } from "./selector.ts";

/** Leads a Deployment's ReplicaSets from the old template to the new one, and says how far it is. */
export const deploymentController: Controller = {
  name: "deployment-controller",
  resource: "apps/deployments",
  wakes: { "apps/replicasets": wakeOwner("Deployment"), "/pods": ownersOwner },
  reconcile(snapshot, { namespace, name }) {
    const deployment = snapshot.get("apps/deployments", namespace, name);
    if (deployment === undefined) return NOTHING;
    const sets = [...ownedBy(snapshot, "apps/replicasets", deployment)].sort(oldestFirst);
    if (isDeleting(deployment)) return { changes: [deploymentStatus(snapshot, deployment, sets)] };
    const adopted = adoptions(snapshot, deployment);
    return adopted.length > 0 ? { changes: adopted } : roll(snapshot, deployment, sets);
  },
};

/** ReplicaSets that nobody controls and that match become the Deployment's: it looks again with them. */
function adoptions(snapshot: Snapshot, deployment: KubeObject): readonly Change[] {
  return snapshot
    .list("apps/replicasets", deployment.metadata.namespace)
    .filter((set) => controllerOf(set) === undefined && !isDeleting(set))
    .filter((set) => selects(deployment.spec?.selector, set.metadata.labels))
    .map((set) => {
      const ownerReferences = [...(set.metadata.ownerReferences ?? []), controllerReference(deployment)];
      return {
        kind: "update",
        resource: "apps/replicasets",
        object: { ...set, metadata: { ...set.metadata, ownerReferences } },
      };
    });
}

/** Pods wake the Deployment two steps up: Recreate waits for the last old pod to be gone. */
function ownersOwner(pod: KubeObject, snapshot: Snapshot): ReturnType<typeof nameOf>[] {
  return wakeOwner("ReplicaSet")(pod).flatMap(({ namespace, name }) => {
    const set = snapshot.get("apps/replicasets", namespace, name);
    return set === undefined ? [] : [...wakeOwner("Deployment")(set)];
  });
}

function roll(snapshot: Snapshot, deployment: KubeObject, sets: readonly KubeObject[]): Reconciled {
  const current = sets.find((set) => isOfTemplate(deployment, set));
  const old = sets.filter((set) => set !== current);
  const status = deploymentStatus(snapshot, deployment, sets);
  const again = progressDeadline(snapshot, deployment, sets);
  const later = again === undefined ? {} : { again };
  if (deployment.spec?.paused === true) {
    return { changes: [...scaled(deployment, resized(deployment, sets)), status], ...later };
  }
  if (current === undefined && isNameTaken(snapshot, deployment)) return { changes: [collided(status)] };
  if (current === undefined) return { changes: [...begin(deployment, sets), status], ...later };
  const resize = resized(deployment, sets);
  const steps = resize.length > 0 ? resize : stepsOf(snapshot, deployment, current, old);
  return {
    changes: [
      ...renumbered(deployment, current, sets, steps),
      ...scaled(deployment, steps),
      ...(steps.length > 0 ? [] : forgotten(deployment, old)),
      status,
    ],
    ...later,
  };
}

/** Another Deployment's set may have the name that follows from the template: of one that was deleted a moment ago. */
function isNameTaken(snapshot: Snapshot, deployment: KubeObject): boolean {
  const { metadata } = createNewSet(deployment, 0, "1");
  return snapshot.get("apps/replicasets", metadata.namespace, metadata.name) !== undefined;
}

/** Counted in the status, the collision becomes part of the next name. */
function collided(status: StatusChange): Change {
  return { ...status, status: { ...status.status, collisionCount: (status.status.collisionCount ?? 0) + 1 } };
}

function stepsOf(
  snapshot: Snapshot,
  deployment: KubeObject,
  current: KubeObject,
  old: readonly KubeObject[],
): readonly Scaling[] {
  return deployment.spec?.strategy?.type === "Recreate"
    ? recreateSteps(snapshot, deployment, current, old)
    : rollingSteps(deployment, current, old);
}

/** The first step to a new template: its ReplicaSet. Recreate starts it once every old pod is gone. */
function begin(deployment: KubeObject, old: readonly KubeObject[]): readonly Change[] {
  const recreate = deployment.spec?.strategy?.type === "Recreate";
  const room = desiredOf(deployment) + maxSurge(deployment) - old.reduce((sum, set) => sum + replicasOf(set), 0);
  const waits = recreate && old.some((set) => replicasOf(set) > 0 || (set.status?.replicas ?? 0) > 0);
  const replicas = waits ? 0 : Math.max(0, Math.min(room, desiredOf(deployment)));
  const revision = nextRevision(old);
  const object = createNewSet(deployment, replicas, revision);
  return [
    { kind: "create", resource: "apps/replicasets", object },
    ...(replicas > 0 ? [scaleEvent(deployment, object.metadata.name, 0, replicas)] : []),
    ...withRevision(deployment, revision),
  ];
}

/** `kubectl scale`: the wish has changed since the sets were last told. One live set takes it all. */
function resized(deployment: KubeObject, sets: readonly KubeObject[]): readonly Scaling[] {
  const live = sets.filter((set) => replicasOf(set) > 0);
  const active = live.length > 0 ? live : sets.filter((set) => isOfTemplate(deployment, set));
  const [only] = active;
  if (active.length !== 1 || only === undefined) return [];
  const told = Number(only.metadata.annotations?.[DESIRED] ?? desiredOf(deployment));
  if (told === desiredOf(deployment) || replicasOf(only) === desiredOf(deployment)) return [];
  return [{ set: only, replicas: desiredOf(deployment) }];
}

/** A set that leads again (rollback) gets the newest revision; annotations follow the Deployment's. */
function renumbered(
  deployment: KubeObject,
  current: KubeObject,
  sets: readonly KubeObject[],
  steps: readonly Scaling[],
): readonly Change[] {
  const revision = nextRevision(sets.filter((set) => set !== current));
  const own = Number(current.metadata.annotations?.[REVISION] ?? 0);
  const next = String(Math.max(Number(revision), own));
  const synced = syncedSet(deployment, current, next);
  const isScaled = steps.some((step) => step.set === current);
  return [
    ...(synced === undefined || isScaled
      ? []
      : [{ kind: "update", resource: "apps/replicasets", object: synced } as const]),
    ...withRevision(deployment, next),
  ];
}

function withRevision(deployment: KubeObject, revision: string): readonly Change[] {
  const { annotations } = deployment.metadata;
  if (annotations?.[REVISION] === revision) return [];
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } };
  return [{ kind: "update", resource: "apps/deployments", object: { ...deployment, metadata } }];
}

function scaled(deployment: KubeObject, steps: readonly Scaling[]): readonly Change[] {
  return steps.flatMap(({ set, replicas }) => {
    const revision = set.metadata.annotations?.[REVISION] ?? "1";
    const told = syncedSet(deployment, set, revision) ?? set;
    const object = { ...told, spec: { ...set.spec, replicas } };
    return [
      { kind: "update", resource: "apps/replicasets", object } as const,
      scaleEvent(deployment, set.metadata.name, replicasOf(set), replicas),
    ];
  });
}

/** Old, empty sets beyond `revisionHistoryLimit` are deleted, oldest first. */
function forgotten(deployment: KubeObject, old: readonly KubeObject[]): readonly Change[] {
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const empty = old.filter((set) => replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && !isDeleting(set));
  return empty
    .slice(0, Math.max(0, old.length - limit))
    .map((set) => ({ kind: "delete", resource: "apps/replicasets", ...nameOf(set) }));
}

function scaleEvent(about: KubeObject, set: string, from: number, to: number): Change {
  const message = `Scaled ${to > from ? "up" : "down"} replica set ${set} from ${from} to ${to}`;
  return {
    kind: "event",
    about,
    type: "Normal",
    reason: "ScalingReplicaSet",
    message,
    component: "deployment-controller",
  };
}
