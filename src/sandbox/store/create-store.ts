import { deepEqual, formatTime, type KubeObject, type ObjectMeta } from "../objects/index.ts";
import { StoreConflict } from "./errors.ts";
import { EventRing } from "./event-ring.ts";
import { frozenCopy } from "./freeze.ts";
import type { ResourceKey, Store } from "./store.ts";
import { uuid } from "./uid.ts";

export interface StoreOptions {
  /** Now, in epoch milliseconds. */
  readonly clock: () => number;
  /** Numbers in [0, 1), for uids. */
  readonly random: () => number;
  /** How many events a watch can go back. */
  readonly ring?: number;
}

/** All that a store holds, as JSON: what is saved to disk. Past events are not in it. */
export interface StoreDump {
  readonly resourceVersion: number;
  readonly resources: Readonly<Record<ResourceKey, readonly KubeObject[]>>;
}

/** A store that can be saved and brought back. */
export interface SavableStore extends Store {
  dump(): StoreDump;
  /** Replaces everything. Watches from before end up expired: a client lists again. */
  load(dump: StoreDump): void;
}

interface Shelf {
  readonly objects: Map<string, KubeObject>;
  /** Sorted by namespace, then name; undefined after a write. */
  sorted: readonly KubeObject[] | undefined;
}

/** An empty store whose first write gets version 1. */
export function createStore(options: StoreOptions): SavableStore {
  const shelves = new Map<ResourceKey, Shelf>();
  const ring = new EventRing(options.ring ?? 5000);
  let version = 0;

  const shelfOf = (resource: ResourceKey): Shelf => {
    const found = shelves.get(resource);
    if (found) return found;
    const shelf: Shelf = { objects: new Map(), sorted: undefined };
    shelves.set(resource, shelf);
    return shelf;
  };
  const put = (resource: ResourceKey, object: KubeObject, before?: KubeObject): KubeObject => {
    const shelf = shelfOf(resource);
    const stored = frozenCopy(object, before);
    shelf.objects.set(keyOf(stored.metadata), stored);
    shelf.sorted = undefined;
    return stored;
  };

  return {
    get resourceVersion() {
      return version;
    },
    get: (resource, namespace, name) => shelves.get(resource)?.objects.get(key(namespace, name)),
    list(resource, namespace) {
      const shelf = shelves.get(resource);
      if (!shelf) return [];
      shelf.sorted ??= [...shelf.objects.values()].sort(byNamespaceThenName);
      return namespace === undefined
        ? shelf.sorted
        : shelf.sorted.filter((object) => object.metadata.namespace === namespace);
    },
    listAt(resource, past, namespace) {
      const objects = new Map(shelves.get(resource)?.objects);
      for (const { previous, object } of ring.since(resource, past, version).reverse()) {
        if (previous) objects.set(keyOf(previous.metadata), previous);
        else objects.delete(keyOf(object.metadata));
      }
      return [...objects.values()]
        .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
        .sort(byNamespaceThenName);
    },
    create(resource, object) {
      if (shelves.get(resource)?.objects.has(keyOf(object.metadata))) {
        throw new StoreConflict("exists", `${resource} ${object.metadata.name}`);
      }
      const metadata: ObjectMeta = {
        ...object.metadata,
        uid: object.metadata.uid ?? uuid(options.random),
        creationTimestamp: object.metadata.creationTimestamp ?? formatTime(options.clock()),
        resourceVersion: String(++version),
      };
      const stored = put(resource, { ...object, metadata });
      ring.push({ type: "ADDED", resource, object: stored, previous: undefined, resourceVersion: version });
      return stored;
    },
    update(resource, object) {
      const previous = shelves.get(resource)?.objects.get(keyOf(object.metadata));
      const what = `${resource} ${object.metadata.name}`;
      if (!previous) throw new StoreConflict("gone", what);
      const asked = object.metadata.resourceVersion;
      if (asked !== undefined && asked !== previous.metadata.resourceVersion) throw new StoreConflict("stale", what);
      const next = withServerMetadata(object, previous);
      if (sameContent(next, previous)) return previous;
      const metadata = { ...next.metadata, resourceVersion: String(++version) };
      const stored = put(resource, { ...next, metadata }, next);
      ring.push({ type: "MODIFIED", resource, object: stored, previous, resourceVersion: version });
      return stored;
    },
    remove(resource, namespace, name) {
      const shelf = shelves.get(resource);
      const previous = shelf?.objects.get(key(namespace, name));
      if (!shelf || !previous) return undefined;
      shelf.objects.delete(key(namespace, name));
      shelf.sorted = undefined;
      const metadata = { ...previous.metadata, resourceVersion: String(++version) };
      const last = frozenCopy({ ...previous, metadata }, previous);
      ring.push({ type: "DELETED", resource, object: last, previous, resourceVersion: version });
      return last;
    },
    watch: (resource, from, listener) => ring.watch(resource, from, version, listener),
    dump: () => ({
      resourceVersion: version,
      resources: Object.fromEntries([...shelves].map(([name, { objects }]) => [name, [...objects.values()]])),
    }),
    load(dump) {
      shelves.clear();
      version = Math.max(version, dump.resourceVersion);
      for (const [resource, objects] of Object.entries(dump.resources)) {
        for (const object of objects) put(resource, object);
      }
      ring.clear(version);
    },
  };
}

function key(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

function keyOf(metadata: ObjectMeta): string {
  return key(metadata.namespace, metadata.name);
}

function byNamespaceThenName(a: KubeObject, b: KubeObject): number {
  return compare(a.metadata.namespace ?? "", b.metadata.namespace ?? "") || compare(a.metadata.name, b.metadata.name);
}

/** By code unit, as etcd's keys are ordered; a locale would order names otherwise. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withServerMetadata(object: KubeObject, previous: KubeObject): KubeObject {
  const { uid, creationTimestamp } = previous.metadata;
  const kept = { ...(uid !== undefined && { uid }), ...(creationTimestamp !== undefined && { creationTimestamp }) };
  return frozenCopy({ ...object, metadata: { ...object.metadata, ...kept } }, previous);
}

/** Equal but for the version: such a write is no write. */
function sameContent(a: KubeObject, b: KubeObject): boolean {
  return deepEqual(withoutVersion(a), withoutVersion(b));
}

function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, managedFields, ...metadata } = object.metadata;
  // When a manager last wrote is no content either: a repeated apply must not bump the version.
  const owners = managedFields?.map(({ time: _time, ...entry }) => entry);
  return { ...object, metadata: owners ? { ...metadata, managedFields: owners } : metadata };
}
