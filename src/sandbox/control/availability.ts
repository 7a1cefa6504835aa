import type { KubeObject } from "../objects/index.ts";
import { conditionOf, isTrue } from "./conditions.ts";
import { isDeleting } from "./owner.ts";

/** A pod that counts as a replica: not being deleted, not ended. */
export function isActive(pod: KubeObject): boolean {
  return !isDeleting(pod) && !["Succeeded", "Failed"].includes(pod.status?.phase);
}

export function isReady(pod: KubeObject): boolean {
  return isTrue(pod.status?.conditions, "Ready");
}

/** When a pod becomes available (ready for `minReadySeconds`), epoch ms; undefined while it is not ready. */
export function availableAt(pod: KubeObject, minReadySeconds: number): number | undefined {
  const ready = conditionOf(pod.status?.conditions, "Ready");
  if (ready?.status !== "True") return undefined;
  return minReadySeconds === 0 ? 0 : Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000;
}
