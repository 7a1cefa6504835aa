import { ResourceExpired } from "./errors.ts";
import type { ResourceKey, WatchEvent } from "./store.ts";

interface Watcher {
  readonly resource: ResourceKey | undefined;
  readonly listener: (event: WatchEvent) => void;
  /** Events up to this version are not for it. */
  readonly after: number;
}

const SLACK = 1.25;

/** The last events, for watches that resume, and the fan-out of new ones. */
export class EventRing {
  readonly #capacity: number;
  readonly #watchers = new Set<Watcher>();
  readonly #pending: WatchEvent[] = [];
  #events: WatchEvent[] = [];
  /** The version of the newest event that is no longer here. */
  #forgotten = 0;
  #delivering = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(event: WatchEvent): void {
    this.#events.push(event);
    // Trimmed at a quarter above the size, so that a push costs no shift.
    if (this.#events.length > this.#capacity * SLACK) this.#trim();
    this.#pending.push(event);
    this.#deliver();
  }

  /** `current` is the store's version now. Replays synchronously before it returns. */
  watch(
    resource: ResourceKey | undefined,
    from: number | undefined,
    current: number,
    listener: (event: WatchEvent) => void,
  ): () => void {
    const watcher: Watcher = { resource, listener, after: current };
    if (from !== undefined) for (const event of this.since(resource, from, current)) listener(event);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** What came after `from`, oldest first. Throws `ResourceExpired` for a version that is forgotten, or yet to come. */
  since(resource: ResourceKey | undefined, from: number, current: number): WatchEvent[] {
    if (from < this.#oldest() || from > current) throw new ResourceExpired(from, this.#oldest());
    return this.#events.filter((event) => event.resourceVersion > from && isFor(resource, event));
  }

  /** Forgets all events: versions before `version` can no longer be watched from. */
  clear(version: number): void {
    this.#events = [];
    this.#forgotten = version;
  }

  #oldest(): number {
    return this.#events.at(-this.#capacity - 1)?.resourceVersion ?? this.#forgotten;
  }

  #trim(): void {
    const cut = this.#events.length - this.#capacity;
    this.#forgotten = this.#events[cut - 1]?.resourceVersion ?? this.#forgotten;
    this.#events = this.#events.slice(cut);
  }

  /** A listener may write: its event waits until all have seen this one, so that everyone sees one order. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let event = this.#pending.shift(); event; event = this.#pending.shift()) {
        for (const watcher of [...this.#watchers]) {
          if (!this.#watchers.has(watcher) || event.resourceVersion <= watcher.after) continue;
          if (isFor(watcher.resource, event)) watcher.listener(event);
        }
      }
    } finally {
      this.#delivering = false;
    }
  }
}

function isFor(resource: ResourceKey | undefined, event: WatchEvent): boolean {
  return resource === undefined || resource === event.resource;
}
