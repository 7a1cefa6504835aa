import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { Endpoint, Workload } from "../../model.ts";
import { hasLabels, type Labels } from "../labels.ts";
import { type ObjectView, RESOURCES } from "../view.ts";
import type { MeshService, ServicePort } from "./service.ts";
import { containersOf } from "./workloads.ts";

/** An endpoint and the labels that subsets look at. */
export interface Placed {
  readonly endpoint: Endpoint;
  readonly labels: Labels;
}

/** Finds the ready endpoints of services. */
export class Places {
  readonly #view: ObjectView;
  readonly #workloads: ReadonlyMap<string, Workload>;
  readonly #resolve: (host: string) => string | undefined;
  readonly #found = new Map<MeshService, Map<number, readonly Placed[]>>();
  #slices: ReadonlyMap<string, readonly KubeObject[]> | undefined;

  constructor(
    view: ObjectView,
    workloads: ReadonlyMap<string, Workload>,
    resolve: (host: string) => string | undefined = () => undefined,
  ) {
    this.#resolve = resolve;
    this.#view = view;
    this.#workloads = workloads;
  }

  of(service: MeshService, port: ServicePort): readonly Placed[] {
    let ports = this.#found.get(service);
    if (ports === undefined) {
      ports = new Map();
      this.#found.set(service, ports);
    }
    let placed = ports.get(port.number);
    if (placed === undefined) {
      placed = service.isKubernetes ? this.#ofService(service, port) : this.#ofEntry(service, port);
      ports.set(port.number, placed);
    }
    return placed;
  }

  /** Places of a Service that are there and not ready: nobody is sent to them. */
  unready(service: MeshService, port: ServicePort): readonly Placed[] {
    return service.isKubernetes ? this.#ofSlices(service, port, false) : [];
  }

  #ofService(service: MeshService, port: ServicePort): readonly Placed[] {
    const pods = this.#ofSlices(service, port, true);
    const selector = service.object.spec?.selector;
    if (selector === undefined) return pods;
    const { namespace = "" } = service.object.metadata;
    return [...pods, ...this.#entries(namespace, selector).flatMap((one) => this.#atEntry(one, port))];
  }

  #ofSlices(service: MeshService, port: ServicePort, isReady: boolean): readonly Placed[] {
    const { namespace = "", name } = service.object.metadata;
    return this.#slicesOf(namespace, name).flatMap((slice) => {
      const at = (slice.ports as JsonObject[] | null)?.find((one) => (one.name ?? "") === port.name)?.port;
      if (typeof at !== "number") return [];
      return ((slice.endpoints as JsonObject[] | null) ?? [])
        .filter(({ conditions }) => (conditions?.ready !== false) === isReady && (isReady || !conditions.terminating))
        .flatMap(({ addresses }) => addresses.map((address: string) => this.#atPod(address, at)));
    });
  }

  /** Slices by the service they are of. */
  #slicesOf(namespace: string, name: string): readonly KubeObject[] {
    this.#slices ??= grouped(this.#view.list(RESOURCES.endpointSlices));
    return this.#slices.get(`${namespace}/${name}`) ?? [];
  }

  #ofEntry(service: MeshService, port: ServicePort): readonly Placed[] {
    const { endpoints = [], workloadSelector } = service.object.spec ?? {};
    if (service.resolution === "none") return [];
    if (workloadSelector !== undefined) {
      const labels = workloadSelector.labels ?? {};
      const pods = this.#view.list(RESOURCES.pods, service.namespace).filter((pod) => isServing(pod, labels));
      return [
        ...pods.map((pod) => this.#atPod(pod.status?.podIP, targetPortOf(port, pod))),
        ...this.#entries(service.namespace, labels).flatMap((one) => this.#atEntry(one, port)),
      ];
    }
    if (endpoints.length > 0) return endpoints.flatMap((one: JsonObject) => this.#atEntry(one, port));
    if (service.resolution !== "dns" || service.host.startsWith("*")) return [];
    return [this.#at(service.host, Number(port.target), 1, {})];
  }

  #entries(namespace: string, labels: Labels): readonly JsonObject[] {
    return this.#view
      .list(RESOURCES.workloadEntries, namespace)
      .filter(({ spec, metadata }) => hasLabels(labels, { ...metadata.labels, ...spec?.labels }))
      .map(({ spec, metadata }) => ({ ...spec, labels: { ...metadata.labels, ...spec?.labels } }));
  }

  /** An endpoint or WorkloadEntry; a weight of 0 takes it out. */
  #atEntry({ address, ports, labels = {}, weight = 1 }: JsonObject, port: ServicePort): readonly Placed[] {
    if (typeof address !== "string" || address.startsWith("unix://")) return [];
    return [this.#at(address, ports?.[port.name] ?? Number(port.target), weight, labels)];
  }

  #atPod(address: string, port: number): Placed {
    return this.#at(address, port, 1, this.#workloads.get(address)?.labels ?? {});
  }

  #at(host: string, port: number, weight: number, labels: Labels): Placed {
    const address = this.#resolve(host) ?? host;
    return { endpoint: { address, port, workload: this.#workloads.get(address), weight }, labels };
  }
}

function sliceKey({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.labels?.["kubernetes.io/service-name"] ?? ""}`;
}

/** By service; `Map.groupBy` is not in Node 20. */
function grouped(slices: readonly KubeObject[]): ReadonlyMap<string, readonly KubeObject[]> {
  const groups = new Map<string, KubeObject[]>();
  for (const slice of slices) {
    const key = sliceKey(slice);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

function isServing({ metadata, status }: KubeObject, labels: Labels): boolean {
  if (!hasLabels(labels, metadata.labels ?? {}) || status?.podIP === undefined) return false;
  return (status.conditions ?? []).some((one: JsonObject) => one.type === "Ready" && one.status === "True");
}

/** The port of a pod that a service's port leads to; a name is looked up among the pod's containers. */
export function targetPortOf({ target, number }: ServicePort, pod: KubeObject): number {
  if (typeof target === "number") return target;
  const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
  return ports.find((one: JsonObject) => one.name === target)?.containerPort ?? number;
}
