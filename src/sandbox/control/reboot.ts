import type { KubeObject } from "../objects/index.ts";
import { endedContainer } from "./containers.ts";
import type { Change, Snapshot } from "./controller.ts";
import { withContainers } from "./kubelet-status.ts";
import { allStatuses, containersOf, replaced } from "./pod-status.ts";

/**
 * What the kubelet makes of a pod when its node comes back: nothing of it runs any more, and nobody knows how it ended
 * (255, Unknown). Its policy then decides what starts again. The pod keeps its address, as docker's network gives them
 * out in order.
 */
export function rebooted(snapshot: Pick<Snapshot, "now" | "get" | "list">, pod: KubeObject): readonly Change[] {
  const running = allStatuses(pod).filter((status) => status.state?.running !== undefined);
  if (running.length === 0) return [];
  const ending = { exitCode: 255, reason: "Unknown" };
  const ended = running.map((status) => endedContainer(snapshot.now, status, ending));
  const message = "Pod sandbox changed, it will be killed and re-created.";
  return [
    { kind: "event", about: pod, type: "Normal", reason: "SandboxChanged", message, component: "kubelet" },
    withContainers(pod, snapshot, replaced(containersOf(pod), ended)),
  ];
}
