import type { KubeObject, OwnerReference } from "../objects/index.ts";
import type { ResourceKey } from "../store/index.ts";
import type { ObjectName, Snapshot } from "./controller.ts";

/** The reference that makes `owner` the controller of an object. */
export function controllerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The owner that controls an object, if any. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller === true);
}

/** Objects that `owner` controls, in its namespace. */
export function ownedBy(snapshot: Snapshot, resource: ResourceKey, owner: KubeObject): readonly KubeObject[] {
  return snapshot
    .list(resource, owner.metadata.namespace)
    .filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}

/** Wakes the controlling owner when it is of `kind`. */
export function wakeOwner(kind: string): (object: KubeObject) => readonly ObjectName[] {
  return (object) => {
    const owner = controllerOf(object);
    return owner?.kind === kind ? [{ namespace: object.metadata.namespace, name: owner.name }] : [];
  };
}

export function nameOf(object: KubeObject): ObjectName {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

/** Every stored object has one; an object without is our bug. */
export function uidOf(object: KubeObject): string {
  if (object.metadata.uid === undefined) throw new Error(`${object.kind} ${object.metadata.name} has no uid`);
  return object.metadata.uid;
}

export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}
