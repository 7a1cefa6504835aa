import type { JsonObject } from "../../../src/sandbox/objects/index.ts";

const CREATED = "2026-01-01T00:00:00Z";

/** A deployment as a lesson would write it. */
export function deployment(name: string, replicas = 2): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "app", image: "nginx:1.27", ports: [{ containerPort: 80 }] }] },
      },
    },
  };
}

/** The same when its controller has done its work. */
export function rolledOut(name: string, generation = 1, replicas = 2): JsonObject {
  const condition = (type: string, reason: string): JsonObject => ({
    type,
    status: "True",
    reason,
    message: `${reason}.`,
    lastUpdateTime: CREATED,
    lastTransitionTime: CREATED,
  });
  return {
    ...deployment(name, replicas),
    status: {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition("Available", "MinimumReplicasAvailable"),
        condition("Progressing", "NewReplicaSetAvailable"),
      ],
    },
  };
}

export function service(name: string): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels: { app: name } },
    spec: { selector: { app: name }, ports: [{ name: "http", port: 80, targetPort: 8080 }] },
  };
}

/** A pod that runs; `ready` false keeps its only container from being ready. */
export function pod(name: string, { ready = true, labels = {} as JsonObject, nodeName = "node-1" } = {}): JsonObject {
  const condition = (type: string, ok: boolean): JsonObject => ({
    type,
    status: ok ? "True" : "False",
    lastProbeTime: null,
    lastTransitionTime: CREATED,
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: name, ...labels } },
    spec: { nodeName, containers: [{ name: "app", image: "nginx:1.27" }] },
    status: {
      phase: "Running",
      podIP: "10.244.0.5",
      podIPs: [{ ip: "10.244.0.5" }],
      hostIP: "172.18.0.2",
      startTime: CREATED,
      conditions: [condition("Initialized", true), condition("Ready", ready), condition("PodScheduled", true)],
      containerStatuses: [
        {
          name: "app",
          image: "docker.io/library/nginx:1.27",
          imageID: "docker.io/library/nginx@sha256:0123",
          containerID: "containerd://0123",
          ready,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: CREATED } },
        },
      ],
    },
  };
}

export function node(name: string): JsonObject {
  const size = { cpu: "4", memory: "8Gi", pods: "110" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, "node-role.kubernetes.io/control-plane": "" } },
    spec: { podCIDR: "10.244.0.0/24" },
    status: {
      capacity: size,
      allocatable: size,
      addresses: [{ type: "InternalIP", address: "172.18.0.2" }],
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
          lastHeartbeatTime: CREATED,
          lastTransitionTime: CREATED,
        },
      ],
      nodeInfo: {
        kubeletVersion: "v1.35.0",
        osImage: "Debian GNU/Linux 12 (bookworm)",
        kernelVersion: "6.1.0",
        containerRuntimeVersion: "containerd://2.2.0",
        operatingSystem: "linux",
        architecture: "amd64",
        machineID: "m",
        systemUUID: "s",
        bootID: "b",
        kubeProxyVersion: "",
      },
    },
  };
}
