import type { Flow } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";

const PROXY = "istio-proxy";

/** Whether a connection begins or ends at a pod with a proxy: nothing else is of any concern to the mesh. */
export function concernsMesh({ source, way }: Flow): boolean {
  if (source.kind === "pod" && hasProxy(source.pod)) return true;
  return way.kind === "pod" && (hasProxy(way.pod) || isDebugPort(way.pod, way.port));
}

/** Whether a port is one where istiod tells of the proxies. */
export function isDebugPort(pod: KubeObject, port: number): boolean {
  return (port === 15014 || port === 8080) && isIstiod(pod);
}

/** istiod is known by its image, whatever its pods are called. */
export function isIstiod({ spec }: KubeObject): boolean {
  const containers: readonly JsonObject[] = spec?.containers ?? [];
  return containers.some(({ image }) => /(^|\/)pilot(?=[:@-]|$)/.test(String(image)));
}

/** Whether the pod is Ready. */
export function isReady({ status }: KubeObject): boolean {
  const conditions: readonly JsonObject[] = status?.conditions ?? [];
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

/** Whether a container of the pod is a proxy of the mesh. */
function hasProxy({ spec }: KubeObject): boolean {
  const is = ({ name }: JsonObject): boolean => name === PROXY;
  return spec?.hostNetwork !== true && (spec?.containers?.some(is) || spec?.initContainers?.some(is)) === true;
}

/** Whether the pod's proxy runs: before it does, and after it has ended, nobody takes what is sent to it. */
export function isProxyUp(pod: KubeObject): boolean {
  return statusOf(pod)?.state?.running !== undefined;
}

/** When the pod's proxy began, milliseconds since the epoch; undefined: it does not run. */
export function runningSince(pod: KubeObject): number | undefined {
  const startedAt = statusOf(pod)?.state?.running?.startedAt;
  return startedAt === undefined ? undefined : Date.parse(startedAt);
}

/** Istio's version, by the tag of the proxy's image: `1.31.0`. */
export function versionOf({ spec }: KubeObject): string {
  const all: readonly JsonObject[] = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const image = String(all.find(({ name }) => name === PROXY)?.image ?? "");
  return /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? "unknown";
}

function statusOf({ status }: KubeObject): JsonObject | undefined {
  const all: readonly JsonObject[] = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return all.find(({ name }) => name === PROXY);
}
