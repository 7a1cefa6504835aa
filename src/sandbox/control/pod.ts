import type { KubeObject } from "../objects/index.ts";
import type { Controller, ObjectName, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { nameOf } from "./owner.ts";
import type { Pace } from "./pace.ts";
import { POD_STAGES } from "./pod-stages.ts";

/** Scheduler and kubelet in one: leads each pod through the stages of its life at the given pace. */
export function podController(pace: Pace): Controller {
  return {
    name: "pod",
    resource: "/pods",
    wakes: { "/nodes": unscheduled, "/configmaps": waitingFor, "/secrets": waitingFor },
    reconcile(snapshot, { namespace, name }) {
      const pod = snapshot.get("/pods", namespace, name);
      const stage = pod && POD_STAGES.find((one) => one.applies(pod, snapshot));
      if (pod === undefined || stage === undefined) return NOTHING;
      const due = dueAt(pod, snapshot, stage.delay === undefined ? 0 : pace[stage.delay]);
      return due > snapshot.now ? { changes: [], again: due } : { changes: stage.next(pod, snapshot) };
    },
  };
}

function dueAt(pod: KubeObject, snapshot: Snapshot, delayMs: number): number {
  return snapshot.changedAt("/pods", pod.metadata.namespace, pod.metadata.name) + delayMs;
}

function unscheduled(_node: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list("/pods")
    .filter((pod) => pod.spec?.nodeName === undefined)
    .map(nameOf);
}

function waitingFor(object: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list("/pods", object.metadata.namespace)
    .filter((pod) => pod.status?.phase === "Pending")
    .map(nameOf);
}
