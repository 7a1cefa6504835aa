import type { KubeObject } from "../objects/index.ts";
import type { ResourceKey, WatchEvent } from "../store/index.ts";
import type { Change } from "./controller.ts";
import { isDeleting, nameOf } from "./owner.ts";

/** An object and where it is filed. */
export interface Filed {
  readonly resource: ResourceKey;
  readonly object: KubeObject;
}

const ORPHAN = "orphan";
const FOREGROUND = "foregroundDeletion";

/**
 * Follows ownerReferences: dependents of what is gone go too (background), dependents of what waits go first
 * (foreground), dependents of what goes alone (orphan) are let go. Remembers who depends on whom, from the events alone.
 */
export class GarbageCollector {
  readonly #dependents = new Map<string, Map<string, Filed>>();
  readonly #waiting = new Map<string, Filed>();

  /** An object that was there before the first event. */
  learn(filed: Filed): void {
    this.#index(filed);
  }

  /** What one event asks for. */
  follow(event: WatchEvent): readonly Change[] {
    if (event.previous !== undefined) this.#forget(event.previous);
    if (event.type === "DELETED") return this.#onDeleted(event);
    this.#index(event);
    return this.#onChanged(event);
  }

  #onDeleted({ object }: WatchEvent): readonly Change[] {
    this.#waiting.delete(object.metadata.uid ?? "");
    const orphaned = this.#dependentsOf(object).flatMap((one) => abandon(one, object));
    const owners = (object.metadata.ownerReferences ?? []).flatMap(({ uid }) => {
      const owner = this.#waiting.get(uid);
      return owner === undefined ? [] : this.#onChanged(owner);
    });
    return [...orphaned, ...owners];
  }

  #onChanged({ resource, object }: Filed): readonly Change[] {
    if (!isDeleting(object)) return [];
    const finalizers = object.metadata.finalizers ?? [];
    const dependents = this.#dependentsOf(object);
    if (finalizers.includes(ORPHAN)) {
      return [...dependents.map((one) => letGo(one, object)), release(resource, object, ORPHAN)];
    }
    if (!finalizers.includes(FOREGROUND)) return [];
    this.#waiting.set(object.metadata.uid ?? "", { resource, object });
    if (!dependents.some((one) => blocks(one.object, object))) return [release(resource, object, FOREGROUND)];
    return dependents.filter((one) => !isDeleting(one.object)).map((one) => remove(one, "Foreground"));
  }

  #dependentsOf(owner: KubeObject): readonly Filed[] {
    return [...(this.#dependents.get(owner.metadata.uid ?? "")?.values() ?? [])];
  }

  #index({ resource, object }: Filed): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const known = this.#dependents.get(uid) ?? new Map<string, Filed>();
      this.#dependents.set(uid, known.set(object.metadata.uid ?? "", { resource, object }));
    }
  }

  #forget(object: KubeObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const known = this.#dependents.get(uid);
      known?.delete(object.metadata.uid ?? "");
      if (known?.size === 0) this.#dependents.delete(uid);
    }
  }
}

/** The owner is gone: so is the dependent, unless another owner is left. */
function abandon(dependent: Filed, owner: KubeObject): readonly Change[] {
  if (isDeleting(dependent.object)) return [];
  const left = (dependent.object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
  return [left.length > 0 ? letGo(dependent, owner) : remove(dependent, "Background")];
}

function letGo({ resource, object }: Filed, owner: KubeObject): Change {
  const { ownerReferences = [], resourceVersion: _, ...metadata } = object.metadata;
  const left = ownerReferences.filter(({ uid }) => uid !== owner.metadata.uid);
  const next = left.length === 0 ? metadata : { ...metadata, ownerReferences: left };
  return { kind: "update", resource, object: { ...object, metadata: next } };
}

function release(resource: ResourceKey, object: KubeObject, finalizer: string): Change {
  const { resourceVersion: _, ...metadata } = object.metadata;
  const finalizers = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
  return { kind: "update", resource, object: { ...object, metadata: { ...metadata, finalizers } } };
}

function remove({ resource, object }: Filed, propagationPolicy: string): Change {
  const preconditions = { uid: object.metadata.uid };
  return { kind: "delete", resource, ...nameOf(object), options: { propagationPolicy, preconditions } };
}

function blocks(dependent: KubeObject, owner: KubeObject): boolean {
  return (dependent.metadata.ownerReferences ?? []).some(
    ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
  );
}
