import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { ResourceKey } from "../store/index.ts";

/** What a controller sees: read-only, consistent, as of one moment. */
export interface Snapshot {
  readonly now: number;
  get(resource: ResourceKey, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: ResourceKey, namespace?: string): readonly KubeObject[];
  /**
   * When the object last changed, epoch ms: what stages count from, as an object's own times have whole seconds only.
   * 0 for an object that has not changed since this process began.
   */
  changedAt(resource: ResourceKey, namespace: string | undefined, name: string): number;
  /** Every resource that may hold objects of a namespace. */
  resources(): readonly ResourceKey[];
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
      /** DeleteOptions, e.g. `{ gracePeriodSeconds: 0 }`: the kubelet's word that a pod's containers are gone. */
      readonly options?: JsonObject;
    }
  /** The scheduler's decision about a pod. */
  | { readonly kind: "bind"; readonly namespace: string | undefined; readonly name: string; readonly node: string }
  /** A terminating namespace is empty: it may go. */
  | { readonly kind: "finalize"; readonly object: KubeObject }
  | {
      readonly kind: "event";
      readonly about: KubeObject;
      readonly type: "Normal" | "Warning";
      readonly reason: string;
      readonly message: string;
      readonly component: string;
      /** Which part of the object, e.g. `spec.containers{app}`. */
      readonly fieldPath?: string;
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
  /** Other resources (`*`: all) whose changes wake an object of `resource`: gives the keys to reconcile. */
  readonly wakes?: Readonly<Record<ResourceKey, (object: KubeObject, snapshot: Snapshot) => readonly ObjectName[]>>;
  reconcile(snapshot: Snapshot, name: ObjectName): Reconciled;
}

export interface ObjectName {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** Nothing to do. */
export const NOTHING: Reconciled = { changes: [] };
