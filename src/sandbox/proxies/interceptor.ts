import type { Dialled, Flow, Interceptor, Way } from "../network/index.ts";
import type { DataPlane } from "./data-plane.ts";
import { keepHeapSmall } from "./heap.ts";
import { concernsMesh } from "./pods.ts";
import type { DataPlaneOptions } from "./world.ts";

export type InterceptorOptions = Omit<DataPlaneOptions, "parseYaml">;

/**
 * The mesh in the cluster's network: every connection that begins or ends at a pod with a proxy is its own, all others pass
 * by. Nothing of it is loaded before there is such a connection.
 */
export class MeshInterceptor implements Interceptor {
  readonly #options: InterceptorOptions;
  #loading: Promise<DataPlane> | undefined;
  #loaded: DataPlane | undefined;
  #isStopped = false;

  constructor(options: InterceptorOptions) {
    this.#options = options;
  }

  open(flow: Flow, next: (way?: Way) => Dialled): Dialled | Promise<Dialled> {
    if (!concernsMesh(flow)) return next();
    if (this.#loaded !== undefined) return this.#loaded.open(flow, next);
    this.#loading ??= this.#load();
    return this.#loading.then((plane) => plane.open(flow, next));
  }

  /** Ends what waits. */
  stop(): void {
    this.#isStopped = true;
    this.#loaded?.stop();
  }

  async #load(): Promise<DataPlane> {
    const [plane, yaml] = await Promise.all([import("./data-plane.ts"), import("./yaml.ts")]);
    keepHeapSmall();
    const loaded = new plane.DataPlane({ ...this.#options, parseYaml: (text) => yaml.parse(text) });
    if (this.#isStopped) loaded.stop();
    this.#loaded = loaded;
    return loaded;
  }
}
