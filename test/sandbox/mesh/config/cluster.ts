import { readFileSync } from "node:fs";
import { parse, parseAllDocuments } from "yaml";
import { createMeshConfig } from "../../../../src/sandbox/mesh/config/create.ts";
import { RESOURCES } from "../../../../src/sandbox/mesh/config/view.ts";
import type { JsonObject, KubeObject } from "../../../../src/sandbox/objects/index.ts";
import { createStore, type Store } from "../../../../src/sandbox/store/index.ts";

const BASE = new URL("base.yaml", import.meta.url);

/** Where objects of a kind are filed. Both kinds of Gateway have the same name. */
function resourceOf({ kind, apiVersion }: KubeObject): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const plural = kind
    .toLowerCase()
    .replace(/([^aeiou])y$/, "$1ie")
    .replace(/s$/, "se");
  const wanted = `${group}/${plural}s`;
  const found = Object.values(RESOURCES).find((one) => one === wanted);
  if (found === undefined) throw new Error(`no resource ${wanted} for a ${kind}`);
  return found;
}

/** A store with objects in it. Those of a text without a time are made a second apart, in their order. */
export function clusterOf(...texts: readonly string[]): {
  readonly store: Store;
  readonly add: (text: string) => void;
} {
  let clock = Date.UTC(2026, 0, 1);
  const store = createStore({ clock: () => clock, random: () => 0.5 });
  let uid = 0;
  const add = (text: string): void => {
    for (const document of parseAllDocuments(text)) {
      const value = document.toJS() as JsonObject | null;
      if (document.errors.length > 0) throw document.errors[0];
      for (const object of value === null ? [] : expanded(value)) {
        clock += 1000;
        const metadata = { namespace: "default", uid: `uid-${++uid}`, ...object.metadata };
        const resource = resourceOf(object);
        const before = store.get(resource, metadata.namespace, metadata.name);
        if (before === undefined) store.create(resource, { ...object, metadata });
        else store.update(resource, { ...object, metadata: { ...before.metadata, ...object.metadata } });
      }
    }
    slices(store);
  };
  for (const text of texts) add(text);
  return { store, add };
}

/** The cluster that all pairs stand on, with more in it. */
export function meshOf(...texts: readonly string[]) {
  const { store, add } = clusterOf(readFileSync(BASE, "utf8"), ...texts);
  return { store, add, config: createMeshConfig(store, { parseYaml: parse }) };
}

/** An object, or short forms of pods and services. */
function expanded(value: JsonObject): readonly KubeObject[] {
  if (value.kind !== undefined) return [value as KubeObject];
  return [...(value.pods ?? []).map(podOf), ...(value.services ?? []).map(serviceOf)];
}

function podOf({ name, namespace, ip, labels, proxy, ready = true, ports = [] }: JsonObject): KubeObject {
  const proxyContainer = { name: "istio-proxy", args: ["proxy", proxy], restartPolicy: "Always" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      nodeName: "node",
      serviceAccountName: name,
      ...(proxy === "sidecar" ? { initContainers: [proxyContainer] } : {}),
      containers: proxy === "router" ? [proxyContainer] : [{ name: "app", ports }],
    },
    status: {
      phase: "Running",
      podIP: ip,
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    },
  };
}

function serviceOf({ name, namespace, ip, selector, ports, annotations = {} }: JsonObject): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, annotations },
    spec: { clusterIP: ip, clusterIPs: [ip], selector, ports },
  };
}

/** EndpointSlices as the endpointslice controller would have them. */
function slices(store: Store): void {
  for (const { metadata, spec } of store.list(RESOURCES.services)) {
    if (spec?.selector === undefined) continue;
    const pods = store
      .list(RESOURCES.pods, metadata.namespace)
      .filter((pod) => Object.entries(spec.selector).every(([key, value]) => pod.metadata.labels?.[key] === value));
    const slice: KubeObject = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: `${metadata.name}-slice`,
        namespace: metadata.namespace ?? "",
        labels: { "kubernetes.io/service-name": metadata.name },
      },
      ports: spec.ports.map(({ name = "", port, targetPort = port }: JsonObject) => ({
        name,
        port: typeof targetPort === "number" ? targetPort : 8080,
      })),
      endpoints: pods.map(({ status }) => ({
        addresses: [status?.podIP],
        conditions: { ready: status?.conditions[0].status === "True" },
      })),
    };
    const before = store.get(RESOURCES.endpointSlices, metadata.namespace, slice.metadata.name);
    if (before === undefined) store.create(RESOURCES.endpointSlices, slice);
    else store.update(RESOURCES.endpointSlices, { ...slice, metadata: { ...before.metadata, ...slice.metadata } });
  }
}
