import type { KubeObject } from "../objects/index.ts";
import { NODE_ADDRESS } from "./node.ts";
import { seedObject as object } from "./object.ts";
import { systemWorkloads } from "./workloads.ts";

const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

/** What kind puts into a new cluster beside its node: namespaces, system workloads, services, storage class. */
export function seedSystem(cluster: string, version: string): readonly KubeObject[] {
  return [
    ...["default", "kube-system", "kube-public", "kube-node-lease", "local-path-storage"].map((name) =>
      object("v1", "Namespace", { name }),
    ),
    ...priorityClasses(),
    ...accounts(),
    ...configuration(cluster, version),
    storageClass(),
    ...services(),
    ...kubernetesEndpoints(),
    ...systemWorkloads(version),
  ];
}

function priorityClasses(): readonly KubeObject[] {
  const rows = [
    ["system-cluster-critical", 2000000000],
    ["system-node-critical", 2000001000],
  ] as const;
  return rows.map(([name, value]) =>
    object(
      "scheduling.k8s.io/v1",
      "PriorityClass",
      { name },
      {
        value,
        description: `Used for system critical pods that must${name.includes("node") ? " not be moved from their current node" : " run in the cluster, but can be moved to another node if necessary"}.`,
      },
    ),
  );
}

function accounts(): readonly KubeObject[] {
  const rows = [
    ["kube-system", "coredns"],
    ["kube-system", "kindnet"],
    ["kube-system", "kube-proxy"],
    ["local-path-storage", "local-path-provisioner-service-account"],
  ] as const;
  return rows.map(([namespace, name]) => object("v1", "ServiceAccount", { name, namespace }));
}

function configuration(cluster: string, version: string): readonly KubeObject[] {
  const inSystem = (name: string, data: Record<string, string>): KubeObject =>
    object("v1", "ConfigMap", { name, namespace: "kube-system" }, { data });
  return [
    inSystem("coredns", { Corefile: COREFILE }),
    inSystem("kube-proxy", {
      "config.conf":
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nclusterCIDR: 10.244.0.0/16\nkind: KubeProxyConfiguration\nmode: iptables\n",
    }),
    inSystem("kubeadm-config", {
      ClusterConfiguration: `apiVersion: kubeadm.k8s.io/v1beta4\nclusterName: ${cluster}\ncontrolPlaneEndpoint: ${cluster}-control-plane:6443\nkind: ClusterConfiguration\nkubernetesVersion: ${version}\nnetworking:\n  dnsDomain: cluster.local\n  podSubnet: 10.244.0.0/16\n  serviceSubnet: 10.96.0.0/16\n`,
    }),
    inSystem("kubelet-config", { kubelet: "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n" }),
    object(
      "v1",
      "ConfigMap",
      { name: "local-path-config", namespace: "local-path-storage" },
      {
        data: {
          "config.json":
            '{"nodePathMap":[{"node":"DEFAULT_PATH_FOR_NON_LISTED_NODES","paths":["/var/local-path-provisioner"]}]}',
        },
      },
    ),
  ];
}

function storageClass(): KubeObject {
  const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
  return object(
    "storage.k8s.io/v1",
    "StorageClass",
    { name: "standard", annotations },
    { provisioner: "rancher.io/local-path", reclaimPolicy: "Delete", volumeBindingMode: "WaitForFirstConsumer" },
  );
}

/** The API server's own Service, and where it leads. */
export function ownService(): readonly KubeObject[] {
  const [service] = services();
  return service ? [service, ...kubernetesEndpoints()] : [];
}

function services(): readonly KubeObject[] {
  const dns = {
    "k8s-app": "kube-dns",
    "kubernetes.io/cluster-service": "true",
    "kubernetes.io/name": "CoreDNS",
  };
  return [
    object(
      "v1",
      "Service",
      { name: "kubernetes", namespace: "default", labels: { component: "apiserver", provider: "kubernetes" } },
      {
        spec: {
          clusterIP: "10.96.0.1",
          clusterIPs: ["10.96.0.1"],
          ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
        },
      },
    ),
    object(
      "v1",
      "Service",
      {
        name: "kube-dns",
        namespace: "kube-system",
        labels: dns,
        annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
      },
      {
        spec: {
          clusterIP: "10.96.0.10",
          clusterIPs: ["10.96.0.10"],
          selector: { "k8s-app": "kube-dns" },
          ports: [
            { name: "dns", port: 53, protocol: "UDP", targetPort: "dns" },
            { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: "dns-tcp" },
            { name: "metrics", port: 9153, protocol: "TCP", targetPort: "metrics" },
          ],
        },
      },
    ),
  ];
}

/** The API server writes its own endpoints: its Service has no selector. */
function kubernetesEndpoints(): readonly KubeObject[] {
  const subsets = [{ addresses: [{ ip: NODE_ADDRESS }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] }];
  const skip = { "endpointslice.kubernetes.io/skip-mirror": "true" };
  const slice = {
    addressType: "IPv4",
    endpoints: [{ addresses: [NODE_ADDRESS], conditions: { ready: true } }],
    ports: [{ name: "https", port: 6443, protocol: "TCP" }],
  };
  const metadata = { name: "kubernetes", namespace: "default" };
  const labels = { "kubernetes.io/service-name": "kubernetes" };
  return [
    object("v1", "Endpoints", { ...metadata, labels: skip }, { subsets }),
    object("discovery.k8s.io/v1", "EndpointSlice", { ...metadata, labels }, slice),
  ];
}
