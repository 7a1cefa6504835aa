import type { KubeObject } from "../objects/index.ts";
import type { ResourceKey, Store, WatchEvent } from "../store/index.ts";
import type { Change, Controller, ObjectName, Snapshot } from "./controller.ts";
import { nameOf } from "./owner.ts";
import { apply, WriteConflict, type Writer } from "./writer.ts";

/** Time as the loop needs it; tests hand in one that they move by hand. */
export interface Clock {
  now(): number;
  /** Call `wake` at epoch ms `at` (at once when past), on a turn of its own. Gives a function that forgets it. */
  at(at: number, wake: () => void): () => void;
}

/** The machine's clock. Timers do not keep a process alive by themselves. */
export const realClock: Clock = {
  now: Date.now,
  at(at, wake) {
    const delay = at - Date.now();
    if (delay <= 0) {
      const immediate = setImmediate(wake);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(wake, Math.min(delay, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

export interface LoopOptions {
  readonly store: Store;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly controllers: readonly Controller[];
  /** Namespaced resources that may hold objects, for emptying a namespace. */
  readonly resources: () => readonly ResourceKey[];
  /** Sees every event, of every resource; what it wants done joins the queue. The garbage collector. */
  readonly follow?: (event: WatchEvent) => readonly Change[];
  /** A controller failed: our bug, or a write that the API refused. */
  readonly onError: (error: unknown, controller: string, name: ObjectName) => void;
}

/** Work goes in turns of at most this long, so that requests are answered in between. */
const TURN_MS = 8;
/** A controller that failed is tried again after this, doubled each time, up to the limit. */
const RETRY_MS = 50;
const RETRY_LIMIT_MS = 60_000;

interface Work {
  readonly controller: Pick<Controller, "name" | "reconcile">;
  readonly name: ObjectName;
}

/** A work queue over the store's changes: each controller sees each object that changed, once, until nothing changes. */
export class ControlLoop {
  readonly #options: LoopOptions;
  readonly #queue = new Map<string, Work>();
  readonly #timers = new Map<string, () => void>();
  readonly #changedAt = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #unwatch: (() => void) | undefined;
  #forgetTurn: (() => void) | undefined;
  #running = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Look at everything there is, then follow what changes. */
  start(): void {
    const { store, controllers } = this.#options;
    this.#unwatch = store.watch(undefined, undefined, (event) => this.#onEvent(event));
    for (const controller of controllers) {
      for (const object of store.list(controller.resource)) this.#enqueue({ controller, name: nameOf(object) });
    }
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#forgetTurn?.();
    this.#forgetTurn = undefined;
    for (const forget of this.#timers.values()) forget();
    this.#timers.clear();
    this.#queue.clear();
  }

  /** Something that is no change of an object has happened, such as a process's end: what follows from it is done at once. */
  apply(changes: (snapshot: Snapshot) => readonly Change[]): void {
    for (const change of changes(this.#snapshot())) apply(this.#options.writer, change);
  }

  /** Nothing queued and nothing in hand; timers may still be set. */
  get idle(): boolean {
    return this.#queue.size === 0 && !this.#running;
  }

  #onEvent(event: WatchEvent): void {
    const { namespace, name } = event.object.metadata;
    const key = objectKey(event.resource, namespace, name);
    if (event.type === "DELETED") this.#changedAt.delete(key);
    else this.#changedAt.set(key, this.#options.clock.now());
    for (const controller of this.#options.controllers) {
      if (controller.resource === event.resource) this.#enqueue({ controller, name: { namespace, name } });
      this.#wake(controller, event);
    }
    const changes = this.#options.follow?.(event) ?? [];
    if (changes.length > 0) this.#enqueue(onceOnly(changes, event));
  }

  #wake(controller: Controller, event: WatchEvent): void {
    const snapshot = this.#snapshot();
    const objects: KubeObject[] = event.previous === undefined ? [event.object] : [event.object, event.previous];
    for (const wakes of [controller.wakes?.[event.resource], controller.wakes?.["*"]]) {
      const names = wakes === undefined ? [] : objects.flatMap((object) => wakes(object, snapshot));
      for (const name of names) this.#enqueue({ controller, name });
    }
  }

  #enqueue(work: Work): void {
    const key = workKey(work);
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    this.#queue.set(key, work);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#running || this.#forgetTurn !== undefined) return;
    const { clock } = this.#options;
    this.#forgetTurn = clock.at(clock.now(), () => {
      this.#forgetTurn = undefined;
      this.#turn();
    });
  }

  #turn(): void {
    const { clock } = this.#options;
    const end = clock.now() + TURN_MS;
    this.#running = true;
    while (this.#queue.size > 0 && clock.now() < end && this.#unwatch !== undefined) {
      const [key, work] = this.#queue.entries().next().value as [string, Work];
      this.#queue.delete(key);
      this.#reconcile(work);
    }
    this.#running = false;
    if (this.#queue.size > 0) this.#schedule();
  }

  #reconcile(work: Work): void {
    try {
      const { changes, again } = work.controller.reconcile(this.#snapshot(), work.name);
      for (const change of changes) {
        apply(this.#options.writer, change);
      }
      this.#failures.delete(workKey(work));
      if (again !== undefined) this.#later(work, again);
    } catch (error) {
      this.#retry(work, error);
    }
  }

  #retry(work: Work, error: unknown): void {
    const { clock, onError } = this.#options;
    if (error instanceof WriteConflict) {
      this.#later(work, clock.now() + 1);
      return;
    }
    const failures = (this.#failures.get(workKey(work)) ?? 0) + 1;
    this.#failures.set(workKey(work), failures);
    if (failures === 1) onError(error, work.controller.name, work.name);
    this.#later(work, clock.now() + Math.min(RETRY_MS * 2 ** failures, RETRY_LIMIT_MS));
  }

  #later(work: Work, at: number): void {
    const key = workKey(work);
    if (this.#queue.has(key)) return;
    this.#timers.get(key)?.();
    this.#timers.set(
      key,
      this.#options.clock.at(at, () => {
        this.#timers.delete(key);
        this.#enqueue(work);
      }),
    );
  }

  #snapshot(): Snapshot {
    const { store, clock, resources } = this.#options;
    return {
      now: clock.now(),
      get: (resource, namespace, name) => store.get(resource, namespace, name),
      list: (resource, namespace) => store.list(resource, namespace),
      changedAt: (resource, namespace, name) => this.#changedAt.get(objectKey(resource, namespace, name)) ?? 0,
      resources,
    };
  }
}

/** Changes that follow from one event, as a piece of work like any other: retried when they fail. */
function onceOnly(changes: readonly Change[], event: WatchEvent): Work {
  const name = { namespace: undefined, name: String(event.resourceVersion) };
  return { controller: { name: "follow", reconcile: () => ({ changes }) }, name };
}

function objectKey(resource: ResourceKey, namespace: string | undefined, name: string): string {
  return `${resource}|${namespace ?? ""}|${name}`;
}

function workKey({ controller, name }: Work): string {
  return `${controller.name}|${name.namespace ?? ""}|${name.name}`;
}
