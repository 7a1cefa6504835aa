import type { JsonObject } from "../../objects/index.ts";
import type { Dumped } from "./dumped.ts";

/** How istiod knows a proxy: what it is, where, and its labels. */
export function nodeOf({ proxy, version }: Pick<Dumped, "proxy" | "version">): JsonObject {
  const { name, namespace, address, labels, owner, serviceAccount } = proxy;
  const kind = proxy.proxy === "gateway" ? "router" : "sidecar";
  return {
    id: `${kind}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`,
    cluster: `${labels["service.istio.io/canonical-name"] ?? labels.app ?? owner}.${namespace}`,
    metadata: {
      NAME: name,
      NAMESPACE: namespace,
      CLUSTER_ID: "Kubernetes",
      ISTIO_VERSION: version,
      LABELS: labels,
      OWNER: `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${owner}`,
      SERVICE_ACCOUNT: serviceAccount,
      WORKLOAD_NAME: owner,
      INSTANCE_IPS: address,
      NODE_NAME: proxy.node,
    },
    user_agent_name: "envoy",
  };
}
