import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Snapshot } from "./controller.ts";
import { hasLabels } from "./selector.ts";

/** The node that a pod goes to, or the scheduler's sentence about why there is none. */
export type Placement = { readonly node: string } | { readonly unschedulable: string };

/** What the scheduler says of a node that has as many pods as it may. */
export const FULL = "Too many pods";

/** Find a node: taints, selector, node affinity by name, how many pods it may have. Nothing else is ever short in the sandbox. */
export function placePod(snapshot: Snapshot, pod: KubeObject): Placement {
  const nodes = snapshot.list("/nodes");
  if (nodes.length === 0) return { unschedulable: "no nodes available to schedule pods" };
  const reasons = new Map<string, number>();
  const fitting: string[] = [];
  const counts = podCounts(snapshot);
  for (const node of nodes) {
    const reason = objection(pod, node) ?? (isFull(node, counts) ? FULL : undefined);
    if (reason === undefined) fitting.push(node.metadata.name);
    else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const [first, ...others] = fitting;
  if (first !== undefined) return { node: others.length === 0 ? first : leastOwned(snapshot, pod, fitting) };
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  const none = `0/${nodes.length} nodes are available:`;
  // What the plugins say that could make room: for resource claims, then by preemption.
  const tail = `no new claims to deallocate, preemption: ${none} ${preemption(nodes.length, reasons.get(FULL) ?? 0)}.`;
  return { unschedulable: `${none} ${counted.join(", ")}. ${tail}` };
}

/** To end other pods helps where a node is full, but none counts for less than another in the sandbox. */
function preemption(all: number, full: number): string {
  const parts: readonly (readonly [number, string])[] = [
    [full, "No preemption victims found for incoming pod"],
    [all - full, "Preemption is not helpful for scheduling"],
  ];
  const told = parts.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`);
  return told.sort().join(", ");
}

/** How many pods each node has that have not ended. */
function podCounts(snapshot: Snapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { spec, status } of snapshot.list("/pods")) {
    if (spec?.nodeName !== undefined && !ENDED.has(status?.phase)) {
      counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
    }
  }
  return counts;
}

function isFull({ metadata, status }: KubeObject, counts: ReadonlyMap<string, number>): boolean {
  const limit = Number(status?.allocatable?.pods ?? Number.POSITIVE_INFINITY);
  return (counts.get(metadata.name) ?? 0) >= limit;
}

/**
 * Of nodes that would do, the one that runs the fewest pods of the same owner, then the fewest at all, then the first: as the
 * scheduler's own scores spread the pods of one workload where nodes are alike.
 */
function leastOwned(snapshot: Snapshot, pod: KubeObject, names: readonly string[]): string {
  const owner = pod.metadata.ownerReferences?.find((one) => one.controller === true)?.uid;
  const load = new Map(names.map((name) => [name, 0]));
  for (const other of snapshot.list("/pods")) {
    const at = other.spec?.nodeName;
    const sum = load.get(at);
    if (sum === undefined || other.metadata.uid === pod.metadata.uid || ENDED.has(other.status?.phase)) continue;
    const isKin = owner !== undefined && other.metadata.ownerReferences?.some(({ uid }) => uid === owner);
    load.set(at, sum + 1 + (isKin ? KIN : 0));
  }
  return [...load].reduce((best, next) => (next[1] < best[1] ? next : best))[0];
}

/** More than there can be pods on a node. */
const KIN = 1000;
export const ENDED: ReadonlySet<unknown> = new Set(["Succeeded", "Failed"]);

function objection(pod: KubeObject, node: KubeObject): string | undefined {
  const labels = node.metadata.labels ?? {};
  const tolerations: readonly JsonObject[] = pod.spec?.tolerations ?? [];
  if (node.spec?.unschedulable === true && !tolerations.some(toleratesTaint(UNSCHEDULABLE))) {
    return "node(s) were unschedulable";
  }
  for (const taint of node.spec?.taints ?? []) {
    if (taint.effect !== "PreferNoSchedule" && !tolerations.some(toleratesTaint(taint))) {
      return `node(s) had untolerated taint(s)`;
    }
  }
  if (!hasLabels(pod.spec?.nodeSelector ?? {}, labels)) return "node(s) didn't match Pod's node affinity/selector";
  return matchesAffinity(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

const UNSCHEDULABLE: JsonObject = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

/** Required node affinity: one of the terms must hold, each with all of its labels and fields. */
function matchesAffinity(pod: KubeObject, node: KubeObject): boolean {
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required === undefined) return true;
  const labels = node.metadata.labels ?? {};
  return (required.nodeSelectorTerms ?? []).some(
    (term: JsonObject) =>
      (term.matchExpressions ?? []).every((rule: JsonObject) => holds(rule, labels[rule.key])) &&
      (term.matchFields ?? []).every((rule: JsonObject) => holds(rule, node.metadata.name)),
  );
}

function holds(rule: JsonObject, value: string | undefined): boolean {
  const values: readonly string[] = rule.values ?? [];
  switch (rule.operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Whether a toleration bears a taint: an empty key bears any, an empty effect bears any effect. */
export function toleratesTaint(taint: JsonObject): (toleration: JsonObject) => boolean {
  return (toleration) => {
    const effect = toleration.effect;
    if (effect !== undefined && effect !== "" && effect !== taint.effect) return false;
    if (toleration.key === undefined || toleration.key === "") return toleration.operator === "Exists";
    if (toleration.key !== taint.key) return false;
    return toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? "");
  };
}
