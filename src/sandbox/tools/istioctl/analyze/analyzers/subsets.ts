import { hostEntry, knownHosts } from "../hosts.ts";
import { type Analyzer, labelsOf, type Resource, selects } from "../world.ts";

const FROM_NODE = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

/** DestinationRules for hosts that nobody has, and subsets without a pod. */
export const subsets: Analyzer = {
  name: "destinationrule.SubsetSelectPodAnalyzer",
  description: "Checks if pods are selected by subsets in destination rules.",
  inputs: ["DestinationRule", "Pod", "Service", "ServiceEntry", "Node"],
  analyze: function* (world) {
    const hosts = knownHosts(world);
    const nodes = new Map(world.list("Node").map((node) => [node.name, labelsOf(node)]));
    const pods = world.list("Pod").map((pod) => placed(pod, nodes));
    for (const resource of world.list("DestinationRule")) {
      const { exportTo, host = "", subsets: list = [] } = resource.object.spec ?? {};
      const entry = hostEntry(hosts, resource.namespace, exportTo, host);
      if (entry === undefined) {
        yield { code: "IST0174", resource, parameters: [host] };
        continue;
      }
      for (const { name, labels } of list) {
        const wanted = { ...entry.selector, ...labels };
        if (!pods.some((own) => selects(wanted, own))) yield { code: "IST0173", resource, parameters: [name] };
      }
    }
  },
};

/** A pod's labels, and those that it has of its node. */
function placed(
  pod: Resource,
  nodes: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Readonly<Record<string, string>> {
  const name: string = pod.object.spec?.nodeName ?? "";
  const node = nodes.get(name);
  if (node === undefined) return labelsOf(pod);
  const found = FROM_NODE.flatMap((key) => (node[key] === undefined ? [] : [[key, node[key]] as const]));
  return { ...labelsOf(pod), ...Object.fromEntries(found), "kubernetes.io/hostname": name };
}
