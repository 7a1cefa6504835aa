import type { Kind } from "../kinds/index.ts";
import { deepCopy, formatTime, type JsonObject, type KubeObject } from "../objects/index.ts";
import { conflict, forbidden } from "./status.ts";
import type { DeleteOptions } from "./write-options.ts";

/** Namespaces that the API server always has. */
const IMMORTAL = new Set(["default", "kube-public", "kube-system"]);

/** Finalizers that ask the garbage collector to go first. */
const PROPAGATION: Readonly<Record<string, string>> = { Foreground: "foregroundDeletion", Orphan: "orphan" };

/** Whether the object may go now, or must be marked and wait. */
export type DeletionPlan = { readonly kind: "remove" } | { readonly kind: "mark"; readonly object: KubeObject };

/** 403 and 409 before anything happens. */
export function checkDeletable(kind: Kind, old: KubeObject, options: DeleteOptions): void {
  const { name, uid, resourceVersion } = old.metadata;
  if (isNamespace(kind) && IMMORTAL.has(name)) throw forbidden(kind, name, "this namespace may not be deleted");
  const wanted = options.preconditions;
  if (wanted?.uid && wanted.uid !== uid) {
    const why = `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid ?? ""}`;
    throw conflict(kind, name, why);
  }
  if (wanted?.resourceVersion && wanted.resourceVersion !== resourceVersion) {
    const found = `ResourceVersion in object meta: ${resourceVersion ?? ""}`;
    const why = `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ${found}`;
    throw conflict(kind, name, why);
  }
}

/** Decides what a delete does. `now` in epoch milliseconds. */
export function planDeletion(kind: Kind, old: KubeObject, options: DeleteOptions, now: number): DeletionPlan {
  const grace = graceOf(kind, old, options);
  const next = deepCopy(old);
  addPropagationFinalizer(next, options);
  if (isNamespace(kind)) next.status = { ...next.status, phase: "Terminating" };
  if (grace === 0 && !isHeld(kind, next)) return { kind: "remove" };
  markDeleted(next, grace, now);
  return { kind: "mark", object: next };
}

/** Whether something must still let go of a terminating object. */
function isHeld(kind: Kind, object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return true;
  return isNamespace(kind) && (object.spec?.finalizers ?? []).length > 0;
}

/** A terminating object that nothing holds any more; a pod in its grace period is still held by its node. */
export function isReleased(kind: Kind, object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !isHeld(kind, object);
}

function graceOf(kind: Kind, old: KubeObject, options: DeleteOptions): number {
  const hook = kind.strategy.gracefulDelete;
  return hook ? Math.max(0, hook(old, options as JsonObject)) : 0;
}

/** A second delete may shorten the grace, never prolong it. */
function markDeleted(next: KubeObject, grace: number, now: number): void {
  const { metadata } = next;
  if (metadata.deletionTimestamp && (metadata.deletionGracePeriodSeconds ?? 0) <= grace) return;
  metadata.deletionTimestamp = formatTime(now + grace * 1000);
  metadata.deletionGracePeriodSeconds = grace;
}

function addPropagationFinalizer(next: KubeObject, options: DeleteOptions): void {
  const finalizer = PROPAGATION[options.propagationPolicy ?? "Background"];
  const others = (next.metadata.finalizers ?? []).filter((one) => !Object.values(PROPAGATION).includes(one));
  if (finalizer) next.metadata.finalizers = [...others, finalizer];
}

function isNamespace(kind: Kind): boolean {
  return kind.group === "" && kind.plural === "namespaces";
}
