import type { JsonObject, KubeObject } from "../objects/index.ts";
import { conditionOf, timestamp } from "./conditions.ts";
import type { Change, Controller, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { nameOf } from "./owner.ts";

const NOT_READY = "node.kubernetes.io/not-ready";

/**
 * A node becomes Ready when its network does: when a `kindnet` pod runs on it. Nothing is written after that: the
 * heartbeats of a real kubelet would keep an idle sandbox busy.
 */
export const nodeController: Controller = {
  name: "node",
  resource: "/nodes",
  wakes: { "/pods": (pod) => (isNetwork(pod) ? [{ namespace: undefined, name: pod.spec?.nodeName ?? "" }] : []) },
  reconcile(snapshot, { name }) {
    const node = snapshot.get("/nodes", undefined, name);
    if (node === undefined || conditionOf(node.status?.conditions, "Ready")?.status === "True") return NOTHING;
    const network = snapshot.list("/pods", "kube-system").find((pod) => isNetwork(pod) && pod.spec?.nodeName === name);
    return network?.status?.phase === "Running" ? { changes: ready(snapshot, node) } : NOTHING;
  },
};

function isNetwork(pod: KubeObject): boolean {
  return pod.metadata.namespace === "kube-system" && pod.metadata.labels?.["k8s-app"] === "kindnet";
}

function ready(snapshot: Snapshot, node: KubeObject): readonly Change[] {
  const at = timestamp(snapshot.now);
  const next = {
    type: "Ready",
    status: "True",
    lastHeartbeatTime: at,
    lastTransitionTime: at,
    reason: "KubeletReady",
    message: "kubelet is posting ready status",
  };
  const conditions = (node.status?.conditions ?? []).map((one: JsonObject) => (one.type === "Ready" ? next : one));
  const { taints = [], ...spec } = node.spec ?? {};
  const left = taints.filter((taint: JsonObject) => taint.key !== NOT_READY);
  const object = { ...node, spec: left.length === 0 ? spec : { ...spec, taints: left } };
  return [
    { kind: "update", resource: "/nodes", object },
    { kind: "update-status", resource: "/nodes", ...nameOf(node), status: { ...node.status, conditions } },
    {
      kind: "event",
      about: node,
      type: "Normal",
      reason: "NodeReady",
      message: `Node ${node.metadata.name} status is now: NodeReady`,
      component: "kubelet",
    },
  ];
}
