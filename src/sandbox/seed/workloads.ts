import type { JsonObject, KubeObject } from "../objects/index.ts";
import { seedObject as object } from "./object.ts";

const KINDNET = "docker.io/kindest/kindnetd:v20251212-v0.29.0-alpha-105-g20ccfc88";
const PROVISIONER = "docker.io/kindest/local-path-provisioner:v20251212-v0.29.0-alpha-105-g20ccfc88";
const COREDNS = "registry.k8s.io/coredns/coredns:v1.13.1";

/** The workloads that kind starts in a new cluster, beside the static pods. `version` such as `v1.35.0`. */
export function systemWorkloads(version: string): readonly KubeObject[] {
  return [coredns(), kindnet(), kubeProxy(version), provisioner()];
}

const CRITICAL = { key: "CriticalAddonsOnly", operator: "Exists" };

function coredns(): KubeObject {
  const labels = { "k8s-app": "kube-dns" };
  const port = (name: string, containerPort: number, protocol: string): JsonObject => ({
    name,
    containerPort,
    protocol,
  });
  const probe = (path: string, at: string): JsonObject => ({ httpGet: { path, port: at, scheme: "HTTP" } });
  const container = {
    name: "coredns",
    image: COREDNS,
    imagePullPolicy: "IfNotPresent",
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      port("dns", 53, "UDP"),
      port("dns-tcp", 53, "TCP"),
      port("metrics", 9153, "TCP"),
      port("liveness-probe", 8080, "TCP"),
      port("readiness-probe", 8181, "TCP"),
    ],
    livenessProbe: {
      ...probe("/health", "liveness-probe"),
      initialDelaySeconds: 60,
      timeoutSeconds: 5,
      failureThreshold: 5,
    },
    readinessProbe: probe("/ready", "readiness-probe"),
    resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
    volumeMounts: [{ mountPath: "/etc/coredns", name: "config-volume", readOnly: true }],
  };
  const spec = {
    containers: [container],
    dnsPolicy: "Default",
    nodeSelector: { "kubernetes.io/os": "linux" },
    priorityClassName: "system-cluster-critical",
    serviceAccountName: "coredns",
    tolerations: [CRITICAL, { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
    volumes: [
      { name: "config-volume", configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] } },
    ],
  };
  return object(
    "apps/v1",
    "Deployment",
    { name: "coredns", namespace: "kube-system", labels },
    {
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
        template: { metadata: { labels }, spec },
      },
    },
  );
}

function kindnet(): KubeObject {
  const container = {
    name: "kindnet-cni",
    image: KINDNET,
    env: [
      { name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } },
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "POD_SUBNET", value: "10.244.0.0/16" },
    ],
    resources: { limits: { cpu: "100m", memory: "50Mi" }, requests: { cpu: "100m", memory: "50Mi" } },
    securityContext: { capabilities: { add: ["NET_RAW", "NET_ADMIN"] }, privileged: false },
  };
  const labels = { app: "kindnet", "k8s-app": "kindnet", tier: "node" };
  return daemonSet(
    "kindnet",
    labels,
    { app: "kindnet" },
    {
      containers: [container],
      hostNetwork: true,
      serviceAccountName: "kindnet",
      nodeSelector: { "kubernetes.io/os": "linux" },
      tolerations: [{ operator: "Exists" }],
    },
  );
}

function kubeProxy(version: string): KubeObject {
  const container = {
    name: "kube-proxy",
    image: `registry.k8s.io/kube-proxy:${version}`,
    command: [
      "/usr/local/bin/kube-proxy",
      "--config=/var/lib/kube-proxy/config.conf",
      "--hostname-override=$(NODE_NAME)",
    ],
    env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    securityContext: { privileged: true },
    volumeMounts: [{ mountPath: "/var/lib/kube-proxy", name: "kube-proxy" }],
  };
  const labels = { "k8s-app": "kube-proxy" };
  return daemonSet("kube-proxy", labels, labels, {
    containers: [container],
    hostNetwork: true,
    priorityClassName: "system-node-critical",
    serviceAccountName: "kube-proxy",
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [{ operator: "Exists" }],
    volumes: [{ name: "kube-proxy", configMap: { name: "kube-proxy" } }],
  });
}

function daemonSet(
  name: string,
  labels: Record<string, string>,
  matchLabels: Record<string, string>,
  spec: JsonObject,
): KubeObject {
  return object(
    "apps/v1",
    "DaemonSet",
    { name, namespace: "kube-system", labels },
    { spec: { selector: { matchLabels }, template: { metadata: { labels }, spec } } },
  );
}

function provisioner(): KubeObject {
  const name = "local-path-provisioner";
  const container = {
    name,
    image: PROVISIONER,
    imagePullPolicy: "IfNotPresent",
    command: ["local-path-provisioner", "--debug", "start", "--config", "/etc/config/config.json"],
    env: [{ name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } }],
    volumeMounts: [{ mountPath: "/etc/config/", name: "config-volume" }],
  };
  const spec = {
    containers: [container],
    nodeSelector: { "kubernetes.io/os": "linux" },
    serviceAccountName: "local-path-provisioner-service-account",
    tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Equal", effect: "NoSchedule" }],
    volumes: [{ name: "config-volume", configMap: { name: "local-path-config" } }],
  };
  const labels = { app: name };
  return object(
    "apps/v1",
    "Deployment",
    { name, namespace: "local-path-storage" },
    { spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } },
  );
}
