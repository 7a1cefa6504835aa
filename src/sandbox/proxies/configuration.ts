import { createMeshConfig, type Mesh, type ObjectView, RESOURCES } from "../mesh/index.ts";
import type { Outside } from "../network/index.ts";
import type { Store } from "../store/index.ts";

type MeshConfig = Mesh["config"];

export interface ConfigurationOptions {
  readonly store: ObjectView & Pick<Store, "get" | "watch">;
  readonly parseYaml: (text: string) => unknown;
  /** What there is beyond the cluster. */
  readonly outside?: Outside;
  /** Milliseconds that a change takes to the proxies; 0: it is there at the next request. */
  readonly propagation: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the proxies were told: the configuration that the objects make, as late as istiod's is. */
export class Configuration {
  readonly #make: () => MeshConfig;
  readonly #propagation: () => number;
  readonly #stopWatching: () => void;
  readonly #now: () => number;
  #told: MeshConfig;
  #toldAt: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, parseYaml, outside, propagation, now }: ConfigurationOptions) {
    this.#now = now;
    this.#toldAt = now();
    this.#make = createMeshConfig(store, { parseYaml, resolve: (host) => outside?.addressOf(host) });
    this.#propagation = propagation;
    this.#told = this.#make();
    const seen = new Set<string>(Object.values(RESOURCES));
    this.#stopWatching = store.watch(undefined, undefined, ({ resource }) => {
      if (seen.has(resource)) this.#changed();
    });
  }

  /** As of now: what is changing is on its way. */
  get now(): MeshConfig {
    if (this.#timer === undefined && this.#propagation() === 0) this.#tell();
    return this.#told;
  }

  /** When the proxies were last told anything new, milliseconds since the epoch. */
  get toldAt(): number {
    return this.#toldAt;
  }

  /** Whether something is on its way to them. */
  get isOnItsWay(): boolean {
    return this.#timer !== undefined;
  }

  /** Where the pods are: a proxy knows of itself from its start. */
  get latest(): MeshConfig {
    return this.#make();
  }

  stop(): void {
    this.#stopWatching();
    clearTimeout(this.#timer);
  }

  /** Changes that come while others are on their way go along with them. */
  #changed(): void {
    const delay = this.#propagation();
    if (delay === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, delay).unref();
  }

  #tell(): void {
    const made = this.#make();
    if (made === this.#told) return;
    this.#told = made;
    this.#toldAt = this.#now();
  }
}
