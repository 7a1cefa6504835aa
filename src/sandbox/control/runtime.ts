import type { JsonObject, KubeObject } from "../objects/index.ts";

/** What the kubelet asks its container runtime. */
export interface Runtime {
  /** Why the container's process cannot begin, in the runtime's words; undefined when it can. */
  startError(pod: KubeObject, container: JsonObject): string | undefined;
  /** Whether nothing stands behind the container: its process is not simulated, so that nobody else will tell of its end or its health. */
  isAssumed(pod: KubeObject, container: JsonObject): boolean;
}

/** A runtime that runs nothing: every container is taken for healthy. */
export const NO_RUNTIME: Runtime = { startError: () => undefined, isAssumed: () => true };
