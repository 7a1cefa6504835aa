import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Call } from "../call.ts";
import { containerStatus } from "../containers.ts";

type Page = (call: Call, node: KubeObject) => { readonly type: string; readonly body: string };

/** What a kubelet serves, by path. */
const PAGES: Readonly<Record<string, Page>> = {
  "/configz": (_call, node) => json({ kubeletconfig: configOf(node) }),
  "/healthz": () => text("ok"),
  "/metrics": (call, node) => ({ type: "text/plain; version=0.0.4; charset=utf-8", body: metrics(call, node) }),
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

/** Nothing runs here: a pod that is up uses a little, and always the same. */
const CPU_NANO_CORES = 1_000_000;
const MEMORY_BYTES = 16 * 1024 * 1024;

function summary(call: Call, node: KubeObject): JsonObject {
  const time = new Date(call.api.registry.clock()).toISOString().replace(/\.\d+Z$/, "Z");
  const usage = (count: number): JsonObject => ({
    cpu: { time, usageNanoCores: count * CPU_NANO_CORES },
    memory: { time, usageBytes: count * MEMORY_BYTES, workingSetBytes: count * MEMORY_BYTES },
  });
  const pods = podsOn(call, node).map((pod) => {
    const running = runningIn(pod);
    return {
      podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
      startTime: pod.status?.startTime ?? pod.metadata.creationTimestamp ?? null,
      containers: running.map((name) => ({ name, startTime: startOf(pod, name), ...usage(1) })),
      ...usage(running.length),
    };
  });
  const all = pods.reduce((sum, { containers }) => sum + containers.length, 0);
  return { node: { nodeName: node.metadata.name, startTime: node.metadata.creationTimestamp, ...usage(all) }, pods };
}

function runningIn(pod: KubeObject): readonly string[] {
  const names = ((pod.spec?.containers ?? []) as JsonObject[]).map(({ name }) => String(name));
  return names.filter((name) => containerStatus(pod, name)?.state?.running !== undefined);
}

function startOf(pod: KubeObject, name: string): unknown {
  return containerStatus(pod, name)?.state?.running?.startedAt ?? null;
}

function metrics(call: Call, node: KubeObject): string {
  const pods = podsOn(call, node);
  const gauge = (name: string, help: string, value: number): string =>
    `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
  return [
    gauge("kubelet_node_name", "[ALPHA] The node's name. The count is always 1.", 1).replace(
      /kubelet_node_name 1/,
      `kubelet_node_name{node="${node.metadata.name}"} 1`,
    ),
    gauge(
      "kubelet_running_containers",
      "[ALPHA] Number of containers currently running",
      pods.flatMap(runningIn).length,
    ),
    gauge(
      "kubelet_running_pods",
      "[ALPHA] Number of pods that have a running pod sandbox",
      pods.filter(({ status }) => status?.phase === "Running").length,
    ),
  ].join("");
}
