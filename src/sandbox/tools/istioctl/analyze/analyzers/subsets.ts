import { findHost, hostMap } from "../hosts.ts";
import { type Analyzer, hasLabels, items, type Labels, type Resource, report, type World } from "../model.ts";

const TOPOLOGY = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"];

/** DestinationRules of hosts that are not there, and subsets without a pod. */
export const subsets: Analyzer = {
  name: "destinationrule.SubsetSelectPodAnalyzer",
  description: "Checks if pods are selected by subsets in destination rules.",
  inputs: ["DestinationRule", "Pod", "Service", "ServiceEntry", "Node"],
  *analyze(world) {
    const hosts = hostMap(world);
    const pods = world.list("Pod").map((one) => labelsOf(one, world));
    for (const rule of world.list("DestinationRule")) {
      const host = findHost(hosts, rule, String(rule.spec.host ?? ""));
      if (host === undefined) {
        yield report(rule, "UnknownDestinationRuleHost", [rule.spec.host ?? ""]);
        continue;
      }
      // Pods of every namespace count, as upstream.
      const byName = new Map<string, unknown>(items(rule.spec.subsets).map(({ name, labels }) => [name, labels]));
      for (const [name, labels] of byName) {
        const wanted = { ...host.selector, ...(labels as Labels | undefined) };
        if (!pods.some((one) => hasLabels(one, wanted)))
          yield report(rule, "DestinationRuleSubsetNotSelectPods", [name]);
      }
    }
  },
};

/** A pod's labels with those that istiod adds from its node. */
function labelsOf({ labels, spec }: Resource, world: World): Labels {
  const node = world.find("Node", "", spec.nodeName ?? "");
  if (node === undefined) return labels;
  const own = Object.entries(node.labels).filter(([key]) => TOPOLOGY.includes(key));
  return { ...labels, ...Object.fromEntries(own), "kubernetes.io/hostname": spec.nodeName };
}
