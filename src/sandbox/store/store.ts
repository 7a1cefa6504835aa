import type { Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";

/** `group/plural`, e.g. `apps/deployments`, `/pods`: what the store files objects under. Versions share one storage. */
export type ResourceKey = string;

/** Where the objects of a kind are filed. */
export function resourceKey(kind: Pick<Kind, "group" | "plural">): ResourceKey {
  return `${kind.group}/${kind.plural}`;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: ResourceKey;
  readonly object: KubeObject;
  /** The object before this change; undefined for ADDED. Lets a selector watch tell "stopped matching". */
  readonly previous: KubeObject | undefined;
  readonly resourceVersion: number;
}

/**
 * Versioned objects with one counter for all. Objects come out frozen: copy before changing. Lists are sorted by
 * namespace, then name. Every write that changes nothing is no write.
 */
export interface Store {
  readonly resourceVersion: number;
  get(resource: ResourceKey, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: ResourceKey, namespace?: string): readonly KubeObject[];
  /** The list as it was at an earlier version. Throws `ResourceExpired` past the ring. */
  listAt(resource: ResourceKey, version: number, namespace?: string): readonly KubeObject[];
  /** Sets uid, resourceVersion, creationTimestamp where unset. Throws `StoreConflict` when it exists. */
  create(resource: ResourceKey, object: KubeObject): KubeObject;
  /** Throws `StoreConflict` when `object.metadata.resourceVersion` is set and stale, or the object is gone. */
  update(resource: ResourceKey, object: KubeObject): KubeObject;
  /** Removes it now; finalizers and grace are the API's affair. DELETED carries the last object with a new version. */
  remove(resource: ResourceKey, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Replays what came after `from` (undefined: only new events), then follows. Throws `ResourceExpired` past the ring. */
  watch(resource: ResourceKey | undefined, from: number | undefined, listener: (event: WatchEvent) => void): () => void;
}
