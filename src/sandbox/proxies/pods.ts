import type { Flow } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";

const PROXY = "istio-proxy";

/** Whether a connection begins or ends at a pod with a proxy: nothing else is of any concern to the mesh. */
export function concernsMesh({ source, way }: Flow): boolean {
  return (source.kind === "pod" && hasProxy(source.pod)) || (way.kind === "pod" && hasProxy(way.pod));
}

/** Whether a container of the pod is a proxy of the mesh. */
function hasProxy({ spec }: KubeObject): boolean {
  const is = ({ name }: JsonObject): boolean => name === PROXY;
  return spec?.hostNetwork !== true && (spec?.containers?.some(is) || spec?.initContainers?.some(is)) === true;
}

/** Whether the pod's proxy runs: before it does, and after it has ended, nobody takes what is sent to it. */
export function isProxyUp({ status }: KubeObject): boolean {
  const all: readonly JsonObject[] = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === PROXY)?.state?.running !== undefined;
}
