import { type Analyzer, items, pairs, report } from "../model.ts";

const KNOWN = ["Mock", "Kubernetes", "External"];

/** Networks of registries that istiod does not know. */
export const meshNetworks: Analyzer = {
  name: "meshnetworks.MeshNetworksAnalyzer",
  description: "Check the validity of MeshNetworks in the cluster",
  inputs: ["MeshNetworks", "Secret"],
  *analyze(world) {
    const remote = world.list("Secret").filter(({ labels }) => labels["istio/multiCluster"] === "true");
    const known = new Set([...KNOWN, ...remote.flatMap(({ object }) => Object.keys(object.data ?? {}))]);
    for (const one of world.list("MeshNetworks"))
      for (const [name, network] of pairs(one.spec.networks))
        for (const { fromRegistry } of items(network?.endpoints))
          if (fromRegistry && !known.has(fromRegistry))
            yield report(one, "UnknownMeshNetworksServiceRegistry", [fromRegistry, name]);
  },
};
