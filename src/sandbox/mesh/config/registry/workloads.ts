import { deepEqual, type JsonObject, type KubeObject } from "../../../objects/index.ts";
import type { Workload } from "../../model.ts";
import { type ObjectView, RESOURCES } from "../view.ts";

const known = new WeakMap<KubeObject, Workload>();

/**
 * Pods by their addresses. Pods on the node's own network have none of their own, nor have those that ended. A pod that
 * is in `before` as it is now keeps its value.
 */
export function workloadsByAddress(
  view: ObjectView,
  before: ReadonlyMap<string, Workload> = new Map(),
): ReadonlyMap<string, Workload> {
  const found = new Map<string, Workload>();
  for (const pod of view.list(RESOURCES.pods)) {
    const address = pod.status?.podIP;
    if (typeof address !== "string" || pod.spec?.hostNetwork === true) continue;
    if (["Succeeded", "Failed"].includes(pod.status?.phase)) continue;
    found.set(address, workloadOf(pod, address, before.get(address)));
  }
  return found;
}

/** A pod as the mesh sees it; most changes of a pod's status are nothing to the mesh. */
function workloadOf(pod: KubeObject, address: string, old: Workload | undefined): Workload {
  const found = known.get(pod);
  if (found !== undefined) return found;
  const workload = made(pod, address);
  const kept = old !== undefined && deepEqual(old, workload) ? old : workload;
  known.set(pod, kept);
  return kept;
}

function made(pod: KubeObject, address: string): Workload {
  const { name, namespace = "", uid = `${namespace}/${name}`, labels = {}, annotations = {} } = pod.metadata;
  const startedAt: string | undefined = pod.status?.startTime;
  const ports = (kind: string): readonly number[] =>
    (annotations[`traffic.sidecar.istio.io/exclude${kind}Ports`] ?? "").split(",").filter(Boolean).map(Number);
  return {
    uid,
    name,
    namespace,
    labels,
    address,
    serviceAccount: pod.spec?.serviceAccountName ?? "default",
    node: pod.spec?.nodeName ?? "",
    proxy: proxyOf(pod),
    owner: ownerOf(pod),
    excluded: { inbound: ports("Inbound"), outbound: ports("Outbound") },
    ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }),
  };
}

/** Every container of a pod, those of the start among them. */
export function containersOf(pod: KubeObject): readonly JsonObject[] {
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
}

/** A container `istio-proxy` is a gateway when it is told to be a router, else a sidecar. */
function proxyOf(pod: KubeObject): Workload["proxy"] {
  const proxy = containersOf(pod).find(({ name }) => name === "istio-proxy");
  if (proxy === undefined) return undefined;
  return [...(proxy.command ?? []), ...(proxy.args ?? [])].includes("router") ? "gateway" : "sidecar";
}

/** A ReplicaSet's pods are their Deployment's: its name is the set's without the hash. */
function ownerOf({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return metadata.name;
  const hash = metadata.labels?.["pod-template-hash"];
  return hash !== undefined && owner.name.endsWith(`-${hash}`) ? owner.name.slice(0, -hash.length - 1) : owner.name;
}
