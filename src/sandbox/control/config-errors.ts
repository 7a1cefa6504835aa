import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Snapshot } from "./controller.ts";

type Source = readonly [kind: "configmap" | "secret", resource: string, reference: JsonObject];

/** Why a container's environment cannot be made, in the kubelet's words: `configmap "x" not found`. Undefined when it can. */
export function configError(pod: KubeObject, container: JsonObject, snapshot: Snapshot): string | undefined {
  const { namespace } = pod.metadata;
  for (const [kind, resource, reference] of sources(container)) {
    if (reference.optional === true) continue;
    const found = snapshot.get(resource, namespace, reference.name);
    if (found === undefined) return `${kind} "${reference.name}" not found`;
    const { key } = reference;
    if (key === undefined || [found.data, found.binaryData].some((data) => has(data, key))) continue;
    const word = kind === "configmap" ? "ConfigMap" : "Secret";
    return `couldn't find key ${key} in ${word} ${namespace}/${reference.name}`;
  }
  return undefined;
}

function has(data: unknown, key: string): boolean {
  return typeof data === "object" && data !== null && key in data;
}

function sources({ env = [], envFrom = [] }: JsonObject): readonly Source[] {
  const found: Source[] = [];
  const add = (map: JsonObject | undefined, secret: JsonObject | undefined): void => {
    if (map !== undefined) found.push(["configmap", "/configmaps", map]);
    if (secret !== undefined) found.push(["secret", "/secrets", secret]);
  };
  for (const { configMapRef, secretRef } of envFrom) add(configMapRef, secretRef);
  for (const { valueFrom } of env) add(valueFrom?.configMapKeyRef, valueFrom?.secretKeyRef);
  return found;
}
