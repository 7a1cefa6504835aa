import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Change, Snapshot } from "./controller.ts";
import { controllerOf, controllerReference, isDeleting } from "./owner.ts";
import { selects } from "./selector.ts";

export interface Claimed {
  /** The owner's pods after adoption and release, those being deleted included. */
  readonly pods: readonly KubeObject[];
  readonly changes: readonly Change[];
}

/** Pods of an owner: its own that still match, and strays that match; its own that no longer do are let go. */
export function claim(snapshot: Snapshot, owner: KubeObject, selector: JsonObject): Claimed {
  const pods: KubeObject[] = [];
  const changes: Change[] = [];
  for (const pod of snapshot.list("/pods", owner.metadata.namespace)) {
    const controller = controllerOf(pod);
    const matches = selects(selector, pod.metadata.labels);
    if (controller?.uid === owner.metadata.uid) {
      if (matches || isDeleting(pod)) pods.push(pod);
      else if (!isDeleting(owner)) changes.push(withOwners(pod, others(pod, owner)));
    } else if (controller === undefined && matches && !isDeleting(pod) && !isDeleting(owner)) {
      pods.push(pod);
      changes.push(withOwners(pod, [...(pod.metadata.ownerReferences ?? []), controllerReference(owner)]));
    }
  }
  return { pods, changes };
}

function others(pod: KubeObject, owner: KubeObject): NonNullable<KubeObject["metadata"]["ownerReferences"]> {
  return (pod.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.metadata.uid);
}

function withOwners(pod: KubeObject, owners: NonNullable<KubeObject["metadata"]["ownerReferences"]>): Change {
  const { ownerReferences: _, ...metadata } = pod.metadata;
  const next = owners.length === 0 ? metadata : { ...metadata, ownerReferences: owners };
  return { kind: "update", resource: "/pods", object: { ...pod, metadata: next } };
}
