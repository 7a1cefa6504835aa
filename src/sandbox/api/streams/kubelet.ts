import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Call } from "../call.ts";
import { containerStatus } from "../containers.ts";
import { CPU_NANO_CORES, kubeletMetrics, MEMORY_BYTES, resourceMetrics, type Used } from "./kubelet-metrics.ts";

type Page = (call: Call, node: KubeObject) => { readonly type: string; readonly body: string };

/** What a kubelet serves, by path. */
const PAGES: Readonly<Record<string, Page>> = {
  "/configz": (_call, node) => json({ kubeletconfig: configOf(node) }),
  "/healthz": () => text("ok"),
  "/metrics": (call, node) => exposition(kubeletMetrics(node, usedOn(call, node))),
  "/metrics/resource": (call, node) => exposition(resourceMetrics(usedOn(call, node), call.api.registry.clock())),
  "/pods": (call, node) => json({ kind: "PodList", apiVersion: "v1", metadata: {}, items: podsOn(call, node) }),
  "/stats/summary": (call, node) => json(summary(call, node)),
};

/** Answers `/api/v1/nodes/NAME/proxy/…` as the node's kubelet. */
export function serveKubelet(call: Call, node: KubeObject, path: string): void {
  const plain = path.length > 1 ? path.replace(/\/$/, "") : path;
  const page = Object.hasOwn(PAGES, plain) ? PAGES[plain]?.(call, node) : undefined;
  const { type, body } = page ?? { type: "text/plain; charset=utf-8", body: "404 page not found\n" };
  call.response.writeHead(page === undefined ? 404 : 200, { "Content-Type": type });
  call.response.end(body);
}

function json(value: unknown): ReturnType<Page> {
  return { type: "application/json", body: JSON.stringify(value) };
}

function text(body: string): ReturnType<Page> {
  return { type: "text/plain; charset=utf-8", body };
}

function podsOn({ api }: Call, node: KubeObject): readonly KubeObject[] {
  return api.registry.store.list("/pods").filter(({ spec }) => spec?.nodeName === node.metadata.name);
}

/** As kubeadm writes it for a node of kind's. */
function configOf(node: KubeObject): JsonObject {
  return {
    enableServer: true,
    syncFrequency: "1m0s",
    address: "0.0.0.0",
    port: 10250,
    healthzPort: 10248,
    healthzBindAddress: "127.0.0.1",
    clusterDomain: "cluster.local",
    clusterDNS: ["10.96.0.10"],
    cgroupDriver: "systemd",
    cgroupRoot: "/kubelet",
    maxPods: Number(node.status?.capacity?.pods ?? 110),
    imageGCHighThresholdPercent: 100,
    evictionHard: { "imagefs.available": "0%", "nodefs.available": "0%", "nodefs.inodesFree": "0%" },
    failSwapOn: false,
    staticPodPath: "/etc/kubernetes/manifests",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  };
}

function summary(call: Call, node: KubeObject): JsonObject {
  const now = call.api.registry.clock();
  const time = iso(now);
  const usage = (count: number): JsonObject => ({
    cpu: { time, usageNanoCores: count * CPU_NANO_CORES },
    memory: { time, usageBytes: count * MEMORY_BYTES, workingSetBytes: count * MEMORY_BYTES },
  });
  const pods = usedOn(call, node).map(({ pod, containers }) => ({
    podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
    startTime: pod.status?.startTime ?? pod.metadata.creationTimestamp ?? null,
    containers: containers.map(({ name, startedAt }) => ({ name, startTime: iso(startedAt), ...usage(1) })),
    ...usage(containers.length),
  }));
  const all = pods.reduce((sum, { containers }) => sum + containers.length, 0);
  return { node: { nodeName: node.metadata.name, startTime: node.metadata.creationTimestamp, ...usage(all) }, pods };
}

function iso(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

function exposition(body: string): ReturnType<Page> {
  return { type: "text/plain; version=0.0.4; charset=utf-8", body };
}

/** The pods of the node and what of them runs. */
function usedOn(call: Call, node: KubeObject): readonly Used[] {
  return podsOn(call, node).map((pod) => {
    const names = ((pod.spec?.containers ?? []) as JsonObject[]).map(({ name }) => String(name));
    const containers = names.flatMap((name) => {
      const running = containerStatus(pod, name)?.state?.running;
      return running === undefined ? [] : [{ name, startedAt: Date.parse(running.startedAt) || 0 }];
    });
    return { pod, containers };
  });
}
