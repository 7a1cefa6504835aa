import { isDeepStrictEqual } from "node:util";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Change, Snapshot } from "./controller.ts";
import { withContainers } from "./kubelet-status.ts";
import { containersOf, replaced, specOf } from "./pod-status.ts";

/** Whether a running container has other resources than its pod now says. */
export function isResized(pod: KubeObject): boolean {
  return stale(pod).length > 0;
}

/** Resizes in place, as the node has room for anything: what runs gets what the pod says. */
export function resized(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const next = stale(pod).map((status) => {
    const resources: JsonObject = specOf(pod, status.name)?.resources ?? {};
    const { allocatedResources: _, ...rest } = status;
    return { ...rest, ...(resources.requests && { allocatedResources: resources.requests }), resources };
  });
  return [withContainers(pod, snapshot, replaced(containersOf(pod), next))];
}

function stale(pod: KubeObject): readonly JsonObject[] {
  const { init, main } = containersOf(pod);
  return [...init, ...main].filter(
    (status) =>
      status.state?.running !== undefined &&
      status.resources !== undefined &&
      !isDeepStrictEqual(status.resources, specOf(pod, status.name)?.resources ?? {}),
  );
}
