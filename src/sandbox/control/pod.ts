import type { JsonObject, KubeObject } from "../objects/index.ts";
import { BackOffs } from "./back-offs.ts";
import { conditionOf } from "./conditions.ts";
import type { Controller, ObjectName, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { nameOf } from "./owner.ts";
import type { Pace } from "./pace.ts";
import { type KubeletView, POD_STAGES, type Stage } from "./pod-stages.ts";
import { NO_RUNTIME, type Runtime } from "./runtime.ts";
import { ENDED, FULL } from "./scheduling.ts";

/** One place is for one pod; a few more, for those that cannot take it. */
const WOKEN = 8;

/** Scheduler and kubelet in one: leads each pod through the stages of its life at the given pace. */
export function podController(pace: Pace, runtime: Runtime = NO_RUNTIME): Controller {
  const backOffs = new BackOffs(pace);
  return {
    name: "pod",
    resource: "/pods",
    wakes: { "/nodes": unscheduled, "/pods": waitingForRoom, "/configmaps": waitingFor, "/secrets": waitingFor },
    reconcile(snapshot, { namespace, name }) {
      const pod = snapshot.get("/pods", namespace, name);
      if (pod === undefined) backOffs.forget(`${namespace}/${name}/`);
      const view = { ...snapshot, runtime, backOffs };
      const stage = pod && POD_STAGES.find((one) => one.applies(pod, view));
      if (pod === undefined || stage === undefined) return NOTHING;
      const due = dueAt(pod, view, stage, pace);
      if (due > snapshot.now) return { changes: [], again: due };
      const changes = stage.next(pod, view);
      const isStill = stage.dueAt !== undefined && changes.every((change) => change.kind === "event");
      return isStill ? { changes, again: stage.dueAt(pod, view) } : { changes };
    },
  };
}

function dueAt(pod: KubeObject, view: KubeletView, stage: Stage, pace: Pace): number {
  if (stage.dueAt !== undefined) return stage.dueAt(pod, view);
  const delayMs = stage.delay === undefined ? 0 : Math.min(pace[stage.delay], isBuiltIn(pod) ? BUILT_IN_MS : Infinity);
  return view.changedAt("/pods", pod.metadata.namespace, pod.metadata.name) + delayMs;
}

/** The images of the cluster's own parts, which kind's node image holds: nothing is pulled for them. */
const BUILT_IN = /^(registry\.k8s\.io\/(coredns\/coredns|etcd|kube-[a-z-]+)|docker\.io\/kindest\/[a-z-]+):/;
/** What each stage of theirs takes at most: names resolve before anybody can type. */
const BUILT_IN_MS = 20;

/** A new cluster is of use once its own pods are there, and at a real one's they are before `kind` has ended. */
function isBuiltIn({ metadata, spec }: KubeObject): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  return (spec?.containers ?? []).every(({ image }: JsonObject) => BUILT_IN.test(String(image)));
}

function unscheduled(_node: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list("/pods")
    .filter((pod) => pod.spec?.nodeName === undefined)
    .map(nameOf);
}

/** A pod that has left its node lets the ones in that have waited longest. */
function waitingForRoom(pod: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  if (pod.spec?.nodeName === undefined) return [];
  const { namespace, name, uid } = pod.metadata;
  const now = snapshot.get("/pods", namespace, name);
  if (now?.metadata.uid === uid && !ENDED.has(now?.status?.phase)) return [];
  const waiting = snapshot.list("/pods").filter(waitsForRoom);
  const age = ({ metadata }: KubeObject): string => metadata.creationTimestamp ?? "";
  return waiting
    .sort((a, b) => age(a).localeCompare(age(b)))
    .slice(0, WOKEN)
    .map(nameOf);
}

function waitsForRoom({ spec, status }: KubeObject): boolean {
  if (spec?.nodeName !== undefined) return false;
  return String(conditionOf(status?.conditions, "PodScheduled")?.message ?? "").includes(FULL);
}

function waitingFor(object: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list("/pods", object.metadata.namespace)
    .filter((pod) => pod.status?.phase === "Pending")
    .map(nameOf);
}
