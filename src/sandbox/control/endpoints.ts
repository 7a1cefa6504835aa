import type { JsonObject, KubeObject } from "../objects/index.ts";
import { isReady } from "./availability.ts";
import type { Change, Controller, ObjectName, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { canonical, suffix } from "./hash.ts";
import { controllerOf, controllerReference, isDeleting, nameOf, uidOf, wakeOwner } from "./owner.ts";
import { hasLabels } from "./selector.ts";

const SLICES = "discovery.k8s.io/endpointslices";

/** Keeps each Service's Endpoints and EndpointSlice in step with the pods that its selector finds. */
export const endpointsController: Controller = {
  name: "endpoint-controller",
  resource: "/services",
  wakes: { "/pods": selecting, [SLICES]: wakeOwner("Service"), "/endpoints": sameName },
  reconcile(snapshot, { namespace, name }) {
    const service = snapshot.get("/services", namespace, name);
    if (service === undefined) return orphans(snapshot, { namespace, name });
    if (service.spec?.selector === undefined || service.spec.type === "ExternalName") return NOTHING;
    if (isDeleting(service)) return NOTHING;
    const pods = podsOf(snapshot, service);
    return { changes: [...endpointsChange(snapshot, service, pods), ...sliceChange(snapshot, service, pods)] };
  },
};

/** Endpoints have no owner reference: they go when their Service goes. */
function orphans(snapshot: Snapshot, { namespace, name }: ObjectName): { changes: readonly Change[] } {
  const found = snapshot.get("/endpoints", namespace, name);
  if (found?.metadata.annotations?.[TRIGGER] === undefined) return NOTHING;
  return { changes: [{ kind: "delete", resource: "/endpoints", namespace, name }] };
}

const TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

function selecting(pod: KubeObject, snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list("/services", pod.metadata.namespace)
    .filter((service) => matches(service, pod))
    .map(nameOf);
}

function sameName(object: KubeObject): readonly ObjectName[] {
  return [nameOf(object)];
}

function matches(service: KubeObject, pod: KubeObject): boolean {
  const selector = service.spec?.selector;
  return selector !== undefined && hasLabels(selector, pod.metadata.labels);
}

function podsOf(snapshot: Snapshot, service: KubeObject): readonly KubeObject[] {
  return snapshot
    .list("/pods", service.metadata.namespace)
    .filter((pod) => matches(service, pod) && pod.status?.podIP !== undefined)
    .filter((pod) => !["Succeeded", "Failed"].includes(pod.status?.phase) && !isDeleting(pod))
    .sort((a, b) => lastByte(a) - lastByte(b));
}

/** Addresses are listed in their order; those of the one node differ in the last byte alone. */
function lastByte(pod: KubeObject): number {
  return Number(String(pod.status?.podIP).split(".")[3]);
}

function endpointsChange(snapshot: Snapshot, service: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  const { namespace, name } = service.metadata;
  const before = snapshot.get("/endpoints", namespace, name);
  const always = service.spec?.publishNotReadyAddresses === true;
  const ready = pods.filter((pod) => always || isReady(pod));
  const notReady = pods.filter((pod) => !ready.includes(pod));
  const subset = {
    ...(ready.length === 0 ? {} : { addresses: ready.map(addressOf) }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady.map(addressOf) }),
    ports: portsOf(service, pods),
  };
  const subsets = pods.length === 0 ? undefined : [subset];
  const labels = {
    ...service.metadata.labels,
    "endpoints.kubernetes.io/managed-by": "endpoint-controller",
    ...(service.spec?.clusterIP === "None" ? { "service.kubernetes.io/headless": "" } : {}),
  };
  const trigger = new Date(snapshot.now).toISOString();
  const object: KubeObject = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      ...(before?.metadata ?? { name, ...(namespace === undefined ? {} : { namespace }) }),
      labels,
      annotations: { [TRIGGER]: before?.metadata.annotations?.[TRIGGER] ?? trigger },
    },
    ...(subsets === undefined ? {} : { subsets }),
  };
  return written("/endpoints", before, object, ["subsets"]);
}

function sliceChange(snapshot: Snapshot, service: KubeObject, pods: readonly KubeObject[]): readonly Change[] {
  const { namespace, name } = service.metadata;
  const before = snapshot.list(SLICES, namespace).find((slice) => controllerOf(slice)?.uid === service.metadata.uid);
  const labels = {
    ...service.metadata.labels,
    "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    "kubernetes.io/service-name": name,
    ...(service.spec?.clusterIP === "None" ? { "service.kubernetes.io/headless": "" } : {}),
  };
  const object: KubeObject = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...(before?.metadata ?? {
        name: `${name}-${suffix(uidOf(service))}`,
        generateName: `${name}-`,
        ...(namespace === undefined ? {} : { namespace }),
        ownerReferences: [controllerReference(service)],
      }),
      labels,
    },
    addressType: "IPv4",
    endpoints: pods.map((pod) => endpointOf(service, pod)),
    ports: portsOf(service, pods).map((port) => ({ name: "", ...port })),
  };
  return written(SLICES, before, object, ["endpoints", "ports"]);
}

function written(
  resource: string,
  before: KubeObject | undefined,
  object: KubeObject,
  fields: readonly string[],
): readonly Change[] {
  if (before === undefined) return [{ kind: "create", resource, object }];
  const same = (value: KubeObject): string =>
    canonical([value.metadata.labels, ...fields.map((field) => value[field] ?? [])]);
  return same(before) === same(object) ? [] : [{ kind: "update", resource, object }];
}

function addressOf(pod: KubeObject): JsonObject {
  return {
    ip: pod.status?.podIP,
    ...hostnameOf(pod),
    nodeName: pod.spec?.nodeName,
    targetRef: targetRef(pod),
  };
}

function endpointOf(service: KubeObject, pod: KubeObject): JsonObject {
  const ready = isReady(pod);
  const always = service.spec?.publishNotReadyAddresses === true;
  return {
    addresses: [pod.status?.podIP],
    conditions: { ready: ready || always, serving: ready, terminating: false },
    ...hostnameOf(pod),
    nodeName: pod.spec?.nodeName,
    targetRef: targetRef(pod),
  };
}

/** Pods that name themselves under a headless Service (StatefulSets) are found by that name. */
function hostnameOf(pod: KubeObject): JsonObject {
  return pod.spec?.hostname && pod.spec.subdomain ? { hostname: pod.spec.hostname } : {};
}

function targetRef(pod: KubeObject): JsonObject {
  return { kind: "Pod", name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid };
}

/** Ports as pods see them; a target port given by name is the first pod's container port of that name. */
function portsOf(service: KubeObject, pods: readonly KubeObject[]): readonly JsonObject[] {
  return (service.spec?.ports ?? []).flatMap((port: JsonObject) => {
    const number = targetPort(port, pods);
    if (number === undefined) return [];
    const { name, protocol = "TCP", appProtocol } = port;
    return [{ ...(name ? { name } : {}), port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

function targetPort(port: JsonObject, pods: readonly KubeObject[]): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  return pods
    .flatMap((pod) => [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])])
    .flatMap((container: JsonObject) => container.ports ?? [])
    .find((one: JsonObject) => one.name === target)?.containerPort;
}
