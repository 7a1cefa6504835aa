/** A node of a kind cluster: a container on kind's network. */
export interface ClusterNode {
  readonly name: string;
  readonly role: "control-plane" | "worker";
  /** On kind's network, 172.18.0.0/16. */
  readonly address: string;
  readonly podCidr: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it is the only one: then pods may run on the control plane, too. */
  readonly isAlone: boolean;
}

/** What a cluster's maker says of a node beyond the control plane's own. */
export interface NodeWish {
  readonly role: ClusterNode["role"];
  readonly labels: Readonly<Record<string, string>>;
}

/** The one node that a cluster has where nothing else is asked for. */
export const ONE_NODE: readonly NodeWish[] = [{ role: "control-plane", labels: {} }];

/**
 * The nodes of a cluster by kind's names: `NAME-control-plane`, `NAME-worker`, `NAME-worker2`. Addresses and pod ranges are
 * handed out in that order, the control plane first.
 */
export function clusterNodes(cluster: string, wishes: readonly NodeWish[] = ONE_NODE): readonly ClusterNode[] {
  const ordered = [...wishes].sort((a, b) => Number(a.role === "worker") - Number(b.role === "worker"));
  const seen = new Map<string, number>();
  return ordered.map(({ role, labels }, index) => {
    const count = (seen.get(role) ?? 0) + 1;
    seen.set(role, count);
    return {
      name: `${cluster}-${role}${count === 1 ? "" : count}`,
      role,
      address: `172.18.0.${index + 2}`,
      podCidr: `10.244.${index}.0/24`,
      labels,
      isAlone: ordered.length === 1,
    };
  });
}
