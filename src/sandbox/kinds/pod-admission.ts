import { type JsonObject, type KubeObject, parseQuantity, randomSuffix } from "../objects/index.ts";
import { listOf } from "./pod-status.ts";

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";
const EVICTION_DELAY_SECONDS = 300;
/** Admission asks for a little more than the hour that the token is good for. */
const TOKEN_SECONDS = 3607;
const PRIORITIES: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

/** What upstream's admission plugins fill in when a pod is created. Changes the pod itself. */
export function admitPod(pod: KubeObject, random: () => number): void {
  pod.spec ??= {};
  const { spec } = pod;
  spec.priority ??= PRIORITIES[spec.priorityClassName] ?? 0;
  spec.preemptionPolicy ??= "PreemptLowerPriority";
  if (isMirror(pod)) return;
  spec.serviceAccountName ||= "default";
  spec.serviceAccount = spec.serviceAccountName;
  tolerate(spec, "node.kubernetes.io/not-ready");
  tolerate(spec, "node.kubernetes.io/unreachable");
  mountToken(pod, random);
}

/**
 * Gives every container without one the mount of the service account's token. Does nothing where all have it, so it runs
 * again after other admission has added containers.
 */
function mountToken(pod: KubeObject, random: () => number): void {
  const spec: JsonObject = pod.spec ?? {};
  if (spec.automountServiceAccountToken === false || isMirror(pod)) return;
  const containers = [...listOf(spec.initContainers), ...listOf(spec.containers)];
  const without = containers.filter(
    ({ volumeMounts }) => !listOf(volumeMounts).some(({ mountPath }) => mountPath === TOKEN_PATH),
  );
  if (without.length === 0) return;
  const name = tokenVolume(spec, random);
  for (const container of without) {
    container.volumeMounts = [...listOf(container.volumeMounts), { mountPath: TOKEN_PATH, name, readOnly: true }];
  }
}

/** Pods of the node itself, which the API server only mirrors. */
function isMirror(pod: KubeObject): boolean {
  return pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

/** The name of the pod's token volume, which is added when it is missing. */
function tokenVolume(spec: JsonObject, random: () => number): string {
  const volumes = listOf(spec.volumes);
  const found = volumes.find(({ name }) => String(name).startsWith("kube-api-access-"));
  if (found !== undefined) return found.name;
  const name = `kube-api-access-${randomSuffix(random)}`;
  spec.volumes = [...volumes, { name, projected: { defaultMode: 0o644, sources: tokenSources() } }];
  return name;
}

function tokenSources(): JsonObject[] {
  const fieldRef = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
    { configMap: { items: [{ key: "ca.crt", path: "ca.crt" }], name: "kube-root-ca.crt" } },
    { downwardAPI: { items: [{ fieldRef, path: "namespace" }] } },
  ];
}

function tolerate(spec: JsonObject, key: string): void {
  const tolerations = listOf(spec.tolerations);
  const covered = tolerations.some(
    (one) => (!one.key || one.key === key) && (!one.effect || one.effect === "NoExecute"),
  );
  if (covered) return;
  const effect = { effect: "NoExecute", key, operator: "Exists", tolerationSeconds: EVICTION_DELAY_SECONDS };
  spec.tolerations = [...tolerations, effect];
}

/** The quality-of-service class that follows from a pod's requests and limits of cpu and memory. */
export function qosClass(spec: JsonObject): "BestEffort" | "Burstable" | "Guaranteed" {
  const containers = [...listOf(spec.initContainers), ...listOf(spec.containers)].map(
    ({ resources }) => resources ?? {},
  );
  const asked = containers.flatMap(({ requests, limits }) => [...computed(requests), ...computed(limits)]);
  if (asked.length === 0) return "BestEffort";
  return containers.every(isFixed) ? "Guaranteed" : "Burstable";
}

function computed(amounts: JsonObject | undefined): unknown[] {
  return [amounts?.cpu, amounts?.memory].filter(
    (amount) => amount !== undefined && parseQuantity(amount)?.nanos !== 0n,
  );
}

function isFixed({ requests, limits }: JsonObject): boolean {
  return ["cpu", "memory"].every((key) => {
    const limit = limits?.[key];
    return limit !== undefined && (requests?.[key] === undefined || requests[key] === limit);
  });
}
