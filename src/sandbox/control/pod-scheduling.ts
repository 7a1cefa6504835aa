import type { KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import type { Change, Snapshot } from "./controller.ts";
import { statusOf } from "./kubelet-status.ts";
import { placePod } from "./scheduling.ts";

/** The scheduler's word about a pod: bound to a node, or why not. */
export function schedule(pod: KubeObject, snapshot: Snapshot): readonly Change[] {
  const placement = placePod(snapshot, pod);
  const say = { kind: "event", about: pod, component: pod.spec?.schedulerName ?? "default-scheduler" } as const;
  if ("node" in placement) {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    return [
      { kind: "bind", namespace: pod.metadata.namespace, name: pod.metadata.name, node: placement.node },
      { ...say, type: "Normal", reason: "Scheduled", message: `Successfully assigned ${name} to ${placement.node}` },
    ];
  }
  const before = conditionOf(pod.status?.conditions, "PodScheduled");
  if (before?.message === placement.unschedulable) return [];
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message: placement.unschedulable,
    observedGeneration: pod.metadata.generation ?? 1,
    lastProbeTime: null,
    lastTransitionTime: timestamp(snapshot.now),
  };
  return [
    statusOf(pod, { ...pod.status, phase: "Pending", conditions: [condition] }),
    { ...say, type: "Warning", reason: "FailedScheduling", message: placement.unschedulable },
  ];
}
