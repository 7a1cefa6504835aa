import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isActive, isReady } from "./availability.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { templateHash } from "./hash.ts";
import { isDeleting, nameOf, ownedBy, wakeOwner } from "./owner.ts";
import { podFromTemplate } from "./pod-template.ts";
import { recordedRevisions } from "./revisions.ts";
import { toleratesTaint } from "./scheduling.ts";
import { hasLabels } from "./selector.ts";

const HASH = "controller-revision-hash";

/** Tolerations that every DaemonSet pod gets: it stays where others are sent away from. */
const TOLERATIONS: readonly JsonObject[] = [
  { effect: "NoExecute", key: "node.kubernetes.io/not-ready", operator: "Exists" },
  { effect: "NoExecute", key: "node.kubernetes.io/unreachable", operator: "Exists" },
  { effect: "NoSchedule", key: "node.kubernetes.io/disk-pressure", operator: "Exists" },
  { effect: "NoSchedule", key: "node.kubernetes.io/memory-pressure", operator: "Exists" },
  { effect: "NoSchedule", key: "node.kubernetes.io/pid-pressure", operator: "Exists" },
  { effect: "NoSchedule", key: "node.kubernetes.io/unschedulable", operator: "Exists" },
];

/** One pod for each node that the template may run on; a new template replaces them one at a time. */
export const daemonSetController: Controller = {
  name: "daemonset-controller",
  resource: "apps/daemonsets",
  wakes: {
    "/pods": wakeOwner("DaemonSet"),
    "/nodes": (_node, snapshot) => snapshot.list("apps/daemonsets").map(nameOf),
  },
  reconcile(snapshot, { namespace, name }) {
    const set = snapshot.get("apps/daemonsets", namespace, name);
    if (set === undefined) return NOTHING;
    const pods = ownedBy(snapshot, "/pods", set).filter(isActive);
    const nodes = snapshot.list("/nodes").filter((node) => mayRun(set, node));
    const changes = isDeleting(set)
      ? []
      : [
          ...recordedRevisions(snapshot, set, pods),
          ...created(snapshot, set, nodes, pods),
          ...replaced(set, nodes, pods),
        ];
    return { changes: [...changes, status(set, nodes, pods)] };
  },
};

function mayRun(set: KubeObject, node: KubeObject): boolean {
  const spec: JsonObject = set.spec?.template?.spec ?? {};
  const tolerations = [...(spec.tolerations ?? []), ...TOLERATIONS];
  const taints: readonly JsonObject[] = (node.spec?.taints ?? []).filter(
    (taint: JsonObject) => taint.effect !== "PreferNoSchedule",
  );
  return (
    hasLabels(spec.nodeSelector ?? {}, node.metadata.labels) &&
    taints.every((taint) => tolerations.some(toleratesTaint(taint)))
  );
}

function created(
  snapshot: Snapshot,
  set: KubeObject,
  nodes: readonly KubeObject[],
  pods: readonly KubeObject[],
): readonly Change[] {
  const taken = new Set(pods.map(targetOf));
  // A pod that is being deleted still holds its node's place.
  for (const pod of ownedBy(snapshot, "/pods", set)) if (isDeleting(pod)) taken.add(targetOf(pod));
  return nodes
    .filter((node) => !taken.has(node.metadata.name))
    .flatMap((node, index) => {
      const pod = podFor(snapshot, set, node, index);
      return [
        { kind: "create", resource: "/pods", object: pod } as const,
        say(set, "SuccessfulCreate", `Created pod: ${pod.metadata.name}`),
      ];
    });
}

function podFor(snapshot: Snapshot, set: KubeObject, node: KubeObject, index: number): KubeObject {
  const pod = podFromTemplate(snapshot, set, set.spec?.template ?? {}, index);
  const terms = [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node.metadata.name] }] }];
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  const labels = {
    ...pod.metadata.labels,
    [HASH]: hashOf(set),
    "pod-template-generation": String(generationOf(set)),
  };
  return {
    ...pod,
    metadata: { ...pod.metadata, labels },
    spec: {
      ...pod.spec,
      affinity: { ...pod.spec?.affinity, nodeAffinity },
      tolerations: [...(pod.spec?.tolerations ?? []), ...TOLERATIONS],
    },
  };
}

/** Rolling update, maxUnavailable pods at a time; OnDelete leaves it to whoever deletes. */
function replaced(set: KubeObject, nodes: readonly KubeObject[], pods: readonly KubeObject[]): readonly Change[] {
  if (set.spec?.updateStrategy?.type === "OnDelete") return [];
  const stale = pods.filter((pod) => pod.metadata.labels?.[HASH] !== hashOf(set));
  const down = pods.filter((pod) => !isReady(pod)).length;
  const broken = stale.filter((pod) => !isReady(pod));
  const healthy = stale.filter(isReady).slice(0, Math.max(0, mayBeDown(set, nodes.length) - down));
  return [...broken, ...healthy].flatMap((pod) => [
    { kind: "delete", resource: "/pods", ...nameOf(pod) } as const,
    say(set, "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`),
  ]);
}

/** `maxUnavailable`, as a number or a share of the nodes, rounded up; none at all would stand still, so that it is one. */
function mayBeDown(set: KubeObject, nodes: number): number {
  const limit = set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(1, /%$/.test(String(limit)) ? Math.ceil((Number.parseInt(limit, 10) * nodes) / 100) : Number(limit));
}

function status(set: KubeObject, nodes: readonly KubeObject[], pods: readonly KubeObject[]): Change {
  const names = new Set(nodes.map((node) => node.metadata.name));
  const placed = pods.filter((pod) => names.has(targetOf(pod) ?? ""));
  const ready = placed.filter(isReady).length;
  const updated = placed.filter((pod) => pod.metadata.labels?.[HASH] === hashOf(set)).length;
  const unavailable = nodes.length - ready;
  return {
    kind: "update-status",
    resource: "apps/daemonsets",
    ...nameOf(set),
    status: {
      currentNumberScheduled: placed.length,
      numberMisscheduled: pods.length - placed.length,
      desiredNumberScheduled: nodes.length,
      numberReady: ready,
      observedGeneration: set.metadata.generation ?? 1,
      ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
      ...(ready === 0 ? {} : { numberAvailable: ready }),
      ...(unavailable === 0 ? {} : { numberUnavailable: unavailable }),
    },
  };
}

/** The node that a pod is for: its affinity says so before the scheduler does. */
function targetOf(pod: KubeObject): string | undefined {
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return pod.spec?.nodeName ?? required?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0];
}

function hashOf(set: KubeObject): string {
  return templateHash(set.spec?.template);
}

function generationOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.["deprecated.daemonset.template.generation"] ?? set.metadata.generation ?? 1);
}

function say(about: KubeObject, reason: string, message: string): Change {
  return { kind: "event", about, type: "Normal", reason, message, component: "daemonset-controller" };
}
