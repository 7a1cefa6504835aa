import type { KubeObject } from "../objects/index.ts";
import type { Change, Snapshot } from "./controller.ts";
import { templateHash } from "./hash.ts";
import { controllerReference, nameOf, ownedBy } from "./owner.ts";

const REVISIONS = "apps/controllerrevisions";
const HASH = "controller-revision-hash";

/**
 * The history that `kubectl rollout history` and `undo` read: one ControllerRevision for each template that a DaemonSet or
 * a StatefulSet has had. A template that comes back gets the newest number; `pods` are those whose revisions must stay.
 */
export function recordedRevisions(snapshot: Snapshot, set: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  const name = `${set.metadata.name}-${templateHash(set.spec?.template)}`;
  const known = [...ownedBy(snapshot, REVISIONS, set)].sort((a, b) => numberOf(a) - numberOf(b));
  const current = known.find(({ metadata }) => metadata.name === name);
  const others = known.filter((one) => one !== current);
  const newest = Math.max(0, ...others.map(numberOf));
  return [...numbered(set, name, current, newest + 1), ...forgotten(set, others, pods)];
}

function numbered(set: KubeObject, name: string, current: KubeObject | undefined, next: number): readonly Change[] {
  if (current === undefined) return [{ kind: "create", resource: REVISIONS, object: revision(set, name, next) }];
  if (numberOf(current) >= next) return [];
  return [{ kind: "update", resource: REVISIONS, object: { ...current, revision: next } }];
}

function revision(set: KubeObject, name: string, number: number): KubeObject {
  const hash = templateHash(set.spec?.template);
  const { namespace, annotations } = set.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(annotations === undefined ? {} : { annotations }),
      labels: { ...set.spec?.template?.metadata?.labels, [HASH]: hash },
      ownerReferences: [controllerReference(set)],
    },
    data: { spec: { template: { ...set.spec?.template, $patch: "replace" } } },
    revision: number,
  };
}

/** Old revisions beyond `revisionHistoryLimit` go, oldest first, unless a pod is still of them. */
function forgotten(set: KubeObject, old: readonly KubeObject[], pods: readonly KubeObject[]): readonly Change[] {
  const live = new Set(pods.map(({ metadata }) => metadata.labels?.[HASH]));
  const idle = old.filter(({ metadata }) => !live.has(metadata.labels?.[HASH]));
  const surplus = Math.max(0, idle.length - (set.spec?.revisionHistoryLimit ?? 10));
  return idle.slice(0, surplus).map((one) => ({ kind: "delete", resource: REVISIONS, ...nameOf(one) }));
}

function numberOf(revision: KubeObject): number {
  return Number(revision.revision ?? 0);
}
