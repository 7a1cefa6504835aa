import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { ResourceKey } from "../store/index.ts";

/** What a controller sees: read-only, consistent, as of one moment. */
export interface Snapshot {
  readonly now: number;
  get(resource: ResourceKey, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: ResourceKey, namespace?: string): readonly KubeObject[];
}

/** What a controller wants done. The loop applies it through the same path as the API's writes. */
export type Change =
  | { readonly kind: "create"; readonly resource: ResourceKey; readonly object: KubeObject }
  | { readonly kind: "update"; readonly resource: ResourceKey; readonly object: KubeObject }
  | {
      readonly kind: "update-status";
      readonly resource: ResourceKey;
      readonly namespace: string | undefined;
      readonly name: string;
      readonly status: JsonObject;
    }
  | {
      readonly kind: "delete";
      readonly resource: ResourceKey;
      readonly namespace: string | undefined;
      readonly name: string;
    }
  | {
      readonly kind: "event";
      readonly about: KubeObject;
      readonly type: "Normal" | "Warning";
      readonly reason: string;
      readonly message: string;
      readonly component: string;
    };

export interface Reconciled {
  readonly changes: readonly Change[];
  /** Come back at this time (epoch ms) even if nothing changes: a pod's next stage. */
  readonly again?: number;
}

/** One controller: which resources wake it, and what it makes of one object. Pure; the loop has the clock. */
export interface Controller {
  readonly name: string;
  /** Its own resource: `reconcile` is called with one object of it (or its key, when it is gone). */
  readonly resource: ResourceKey;
  /** Other resources whose changes wake an object of `resource`: gives the keys to reconcile. */
  readonly wakes?: Readonly<Record<ResourceKey, (object: KubeObject) => readonly ObjectName[]>>;
  reconcile(snapshot: Snapshot, name: ObjectName): Reconciled;
}

export interface ObjectName {
  readonly namespace: string | undefined;
  readonly name: string;
}
