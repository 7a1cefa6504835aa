import { fullHost, scopes } from "../hosts.ts";
import { type Analyzer, fullName, type Resource } from "../world.ts";

/** VirtualServices that want the same host of the mesh. */
export const meshHosts: Analyzer = {
  name: "virtualservice.ConflictingMeshGatewayHostsAnalyzer",
  description: "Checks if multiple virtual services associated with the mesh gateway have conflicting hosts",
  inputs: ["VirtualService"],
  analyze: function* (world) {
    const wanted = new Map<string, Resource[]>();
    for (const resource of world.list("VirtualService")) {
      const { exportTo = [], gateways = [], hosts = [] } = resource.object.spec ?? {};
      if (gateways.length > 0 && !gateways.includes("mesh")) continue;
      for (const scope of new Set(scopes(exportTo, resource.namespace))) {
        for (const host of hosts) {
          const key = `${scope}/${fullHost(resource.namespace, host)}`;
          wanted.set(key, [...(wanted.get(key) ?? []), resource]);
        }
      }
    }
    for (const [host, list] of wanted) {
      if (list.length < 2) continue;
      const names = list.map(fullName).join(",");
      for (const resource of list) {
        yield { code: "IST0109", resource, parameters: [names, host], field: ["metadata", "name"] };
      }
    }
  },
};
