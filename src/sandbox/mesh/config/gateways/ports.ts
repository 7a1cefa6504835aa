import type { KubeObject } from "../../../objects/index.ts";
import { hasLabels } from "../labels.ts";
import { targetPortOf } from "../registry/endpoints.ts";
import type { MeshService } from "../registry/service.ts";

/**
 * Where a proxy listens for a server's port: if a Service of its pod has that port, at the ports of the pod that it leads
 * to; else at the number itself. Source: istiod's `resolvePorts`.
 */
export function listeningPorts(number: number, pod: KubeObject, services: readonly MeshService[]): readonly number[] {
  const targets = services
    .filter(({ isKubernetes, namespace }) => isKubernetes && namespace === pod.metadata.namespace)
    .filter(({ object }) => isSelectedBy(object, pod))
    .flatMap(({ ports }) => ports.filter((port) => port.number === number))
    .map((port) => targetPortOf(port, pod));
  return targets.length === 0 ? [number] : [...new Set(targets)];
}

/** Whether a Service is for a pod. */
export function isSelectedBy({ spec }: KubeObject, { metadata }: KubeObject): boolean {
  return spec?.selector !== undefined && hasLabels(spec.selector, metadata.labels ?? {});
}
