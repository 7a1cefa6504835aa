/** What a new cluster has in it: kubeadm's and kind's objects, node by node. Values alone; whoever makes a cluster writes them. */
export { type ClusterNode, clusterNodes, type NodeWish } from "./cluster-nodes.ts";
export { seedLease, seedNode } from "./node.ts";
export { seedRoles } from "./roles.ts";
export { API_SERVICES, seedCsiNode, seedServer } from "./server.ts";
export { staticPods } from "./static-pods.ts";
export { ownService, seedSystem } from "./system.ts";
