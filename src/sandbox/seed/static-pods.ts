import type { JsonObject, KubeObject } from "../objects/index.ts";
import { NODE_ADDRESS } from "./node.ts";

interface Manifest {
  readonly name: string;
  readonly image: (version: string) => string;
  readonly command: readonly string[];
  readonly requests: Readonly<Record<string, string>>;
  readonly health: { readonly path: string; readonly port: number; readonly host: string };
}

/** The four programs that kubeadm leaves in the manifests folder of a control-plane node. */
const MANIFESTS: readonly Manifest[] = [
  {
    name: "etcd",
    image: () => "registry.k8s.io/etcd:3.6.6-0",
    command: [
      "etcd",
      `--advertise-client-urls=https://${NODE_ADDRESS}:2379`,
      "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
      "--client-cert-auth=true",
      "--data-dir=/var/lib/etcd",
      `--listen-client-urls=https://127.0.0.1:2379,https://${NODE_ADDRESS}:2379`,
      "--listen-metrics-urls=http://127.0.0.1:2381",
    ],
    requests: { cpu: "100m", memory: "100Mi" },
    health: { path: "/readyz", port: 2381, host: "127.0.0.1" },
  },
  {
    name: "kube-apiserver",
    image: (version) => `registry.k8s.io/kube-apiserver:${version}`,
    command: [
      "kube-apiserver",
      `--advertise-address=${NODE_ADDRESS}`,
      "--allow-privileged=true",
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--etcd-servers=https://127.0.0.1:2379",
      "--secure-port=6443",
      "--service-cluster-ip-range=10.96.0.0/16",
    ],
    requests: { cpu: "250m" },
    health: { path: "/readyz", port: 6443, host: NODE_ADDRESS },
  },
  {
    name: "kube-controller-manager",
    image: (version) => `registry.k8s.io/kube-controller-manager:${version}`,
    command: [
      "kube-controller-manager",
      "--allocate-node-cidrs=true",
      "--bind-address=127.0.0.1",
      "--cluster-cidr=10.244.0.0/16",
      "--controllers=*,bootstrapsigner,tokencleaner",
      "--leader-elect=true",
      "--service-cluster-ip-range=10.96.0.0/16",
    ],
    requests: { cpu: "200m" },
    health: { path: "/healthz", port: 10257, host: "127.0.0.1" },
  },
  {
    name: "kube-scheduler",
    image: (version) => `registry.k8s.io/kube-scheduler:${version}`,
    command: ["kube-scheduler", "--bind-address=127.0.0.1", "--leader-elect=true"],
    requests: { cpu: "100m" },
    health: { path: "/readyz", port: 10259, host: "127.0.0.1" },
  },
];

/** The mirror pods of a node's manifests: the control plane has some, a worker none. */
export function staticPods(node: KubeObject): readonly KubeObject[] {
  if (node.metadata.labels?.["node-role.kubernetes.io/control-plane"] === undefined) return [];
  const version: string = node.status?.nodeInfo?.kubeletVersion ?? "v1.35.0";
  return MANIFESTS.map((manifest) => mirror(node, manifest, version));
}

function mirror(node: KubeObject, manifest: Manifest, version: string): KubeObject {
  const { name, uid = "" } = node.metadata;
  const hash = `${manifest.name.length}${uid.replaceAll("-", "")}`.slice(0, 32);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${manifest.name}-${name}`,
      namespace: "kube-system",
      labels: { component: manifest.name, tier: "control-plane" },
      annotations: {
        "kubernetes.io/config.hash": hash,
        "kubernetes.io/config.mirror": hash,
        "kubernetes.io/config.seen": node.metadata.creationTimestamp ?? "",
        "kubernetes.io/config.source": "file",
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid, controller: true }],
    },
    spec: {
      containers: [container(manifest, version)],
      hostNetwork: true,
      nodeName: name,
      priority: 2000001000,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      tolerations: [{ effect: "NoExecute", operator: "Exists" }],
    },
  };
}

function container(manifest: Manifest, version: string): JsonObject {
  const { path, port, host } = manifest.health;
  const probe = {
    failureThreshold: 3,
    httpGet: { host, path, port, scheme: "HTTPS" },
    periodSeconds: 1,
    timeoutSeconds: 15,
  };
  return {
    name: manifest.name,
    image: manifest.image(version),
    command: manifest.command,
    imagePullPolicy: "IfNotPresent",
    readinessProbe: probe,
    resources: { requests: manifest.requests },
  };
}
