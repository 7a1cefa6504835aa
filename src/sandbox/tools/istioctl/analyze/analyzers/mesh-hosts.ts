import { scoped, scopesOf } from "../hosts.ts";
import { type Analyzer, fullName, grouped, items, report } from "../model.ts";

/** VirtualServices of one host in the mesh: the order would decide. */
export const meshHosts: Analyzer = {
  name: "virtualservice.ConflictingMeshGatewayHostsAnalyzer",
  description: "Checks if multiple virtual services associated with the mesh gateway have conflicting hosts",
  inputs: ["VirtualService"],
  *analyze(world) {
    const hosts = world
      .list("VirtualService")
      .filter(({ spec }) => items(spec.gateways).length === 0 || items(spec.gateways).includes("mesh"))
      .flatMap((one) =>
        scopesOf(one.spec.exportTo, one.namespace).flatMap((scope) =>
          items(one.spec.hosts).map((host) => ({ one, host: scoped(scope, one.namespace, String(host)) })),
        ),
      );
    for (const [host, list] of grouped(hosts, (entry) => entry.host)) {
      if (list.length < 2) continue;
      const names = list.map(({ one }) => fullName(one)).join(",");
      for (const { one } of list)
        yield report(one, "ConflictingMeshGatewayVirtualServiceHosts", [names, host], "metadata.name");
    }
  },
};
