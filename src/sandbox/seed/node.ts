import { timestamp } from "../control/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { ClusterNode } from "./cluster-nodes.ts";

/** Where a cluster's control plane is on kind's network. */
export const NODE_ADDRESS = "172.18.0.2";

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

const NOT_READY =
  "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";

/**
 * A node of a kind cluster, as its kubelet registers it and kubeadm marks it: not ready yet. `now` in epoch ms. Beside
 * workers the control plane keeps kubeadm's taint and stays out of load balancing; alone it does both.
 */
export function seedNode(cluster: string, node: ClusterNode, version: string, now: number): KubeObject {
  const { name } = node;
  const isControlPlane = node.role === "control-plane";
  const resources = {
    cpu: "4",
    "ephemeral-storage": "102107096Ki",
    "hugepages-2Mi": "0",
    memory: "8145780Ki",
    pods: "110",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        ...(isControlPlane && { [CONTROL_PLANE]: "" }),
        ...(isControlPlane && !node.isAlone && { "node.kubernetes.io/exclude-from-external-load-balancers": "" }),
        ...node.labels,
      },
      annotations: {
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
      },
    },
    spec: {
      podCIDR: node.podCidr,
      podCIDRs: [node.podCidr],
      providerID: `kind://docker/${cluster}/${name}`,
      taints: [
        ...(isControlPlane && !node.isAlone ? [{ key: CONTROL_PLANE, effect: "NoSchedule" }] : []),
        { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" },
      ],
    },
    status: {
      capacity: resources,
      allocatable: resources,
      addresses: [
        { type: "InternalIP", address: node.address },
        { type: "Hostname", address: name },
      ],
      conditions: conditions(now),
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: "amd64",
        bootID: "6c2a5e0e-4f0b-4f0e-9d3c-2f2f6a3f7b51",
        containerRuntimeVersion: "containerd://2.2.0",
        kernelVersion: "6.8.0-sandbox",
        kubeProxyVersion: "",
        kubeletVersion: version,
        machineID: "9a3f1c5f2b0d4d0c8f6a4f1f0b7a6e21",
        operatingSystem: "linux",
        osImage: "Debian GNU/Linux 12 (bookworm)",
        systemUUID: "2f7c4c1e-2f70-4f0e-8f8e-6a1d0c9b3e55",
      },
      images: [],
    },
  };
}

/** The lease of a node that is stored, as of its start: an idle sandbox renews nothing. */
export function seedLease({ metadata: { name, uid = "" } }: KubeObject, now: number): KubeObject {
  const at = `${new Date(now).toISOString().slice(0, 23)}000Z`;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-node-lease", ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: at },
  };
}

const HEALTHY: readonly (readonly [string, string, string])[] = [
  ["MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
  ["DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
  ["PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
];

function conditions(now: number): readonly JsonObject[] {
  const times = { lastHeartbeatTime: timestamp(now), lastTransitionTime: timestamp(now) };
  return [
    ...HEALTHY.map(([type, reason, message]) => ({ type, status: "False", ...times, reason, message })),
    { type: "Ready", status: "False", ...times, reason: "KubeletNotReady", message: NOT_READY },
  ];
}
