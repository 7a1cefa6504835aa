import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Objects } from "./source.ts";

const SLICES = "discovery.k8s.io/endpointslices";

/** One address behind a service, with the number that the service's port has there. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly nodeName: string | undefined;
  readonly hostname: string | undefined;
  /** Where the address is a pod's. */
  readonly pod: KubeObject | undefined;
}

/**
 * Where kube-proxy sends the connections of a service's port: its ready endpoints, and where there are none, those that
 * still serve while they end (KEP-1669).
 */
export function endpointsOf(objects: Objects, service: KubeObject, portName: string): readonly Endpoint[] {
  const all = slicesOf(objects, service).flatMap((slice) => {
    const port = ((slice.ports ?? []) as JsonObject[]).find((one) => (one.name ?? "") === portName)?.port;
    if (typeof port !== "number") return [];
    return ((slice.endpoints ?? []) as JsonObject[]).map((one) => ({ one, port }));
  });
  const ready = all.filter(({ one }) => one.conditions?.ready !== false);
  const chosen =
    ready.length > 0
      ? ready
      : all.filter(({ one }) => one.conditions?.terminating === true && one.conditions.serving !== false);
  return chosen.map(({ one, port }) => ({ ...placeOf(objects, service, one), port }));
}

/** The ready endpoints of a service whatever its ports: what DNS gives out for a headless one. */
export function readyAddresses(objects: Objects, service: KubeObject): readonly Omit<Endpoint, "port">[] {
  const found = slicesOf(objects, service)
    .flatMap((slice) => (slice.endpoints ?? []) as JsonObject[])
    .filter(({ conditions }) => conditions?.ready !== false)
    .map((one) => placeOf(objects, service, one));
  return found.filter(({ address }, index) => found.findIndex((one) => one.address === address) === index);
}

function slicesOf(objects: Objects, { metadata }: KubeObject): readonly KubeObject[] {
  return objects
    .list(SLICES, metadata.namespace)
    .filter((one) => one.metadata.labels?.["kubernetes.io/service-name"] === metadata.name);
}

function placeOf(objects: Objects, { metadata }: KubeObject, endpoint: JsonObject): Omit<Endpoint, "port"> {
  const { targetRef, nodeName, hostname } = endpoint;
  const address = String(endpoint.addresses?.[0] ?? "");
  const isPod = targetRef !== undefined && (targetRef.kind ?? "Pod") === "Pod";
  const named = isPod ? objects.get("/pods", targetRef.namespace ?? metadata.namespace, targetRef.name) : undefined;
  // A slice that somebody wrote by hand may know the address alone.
  const pod = named ?? objects.list("/pods").find((one) => holds(one, address));
  return { address: address || String(pod?.status?.podIP ?? ""), pod, nodeName, hostname };
}

/** Whether the pod has this address to itself and lives. */
export function holds({ spec, status }: KubeObject, address: string): boolean {
  const isOver = status?.phase === "Succeeded" || status?.phase === "Failed";
  return status?.podIP === address && !isOver && spec?.hostNetwork !== true;
}
