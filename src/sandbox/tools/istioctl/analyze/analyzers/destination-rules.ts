import { destinationsOf } from "../destinations.ts";
import { serviceOf } from "../hosts.ts";
import { type Analyzer, items, report } from "../model.ts";

/** Routes to subsets that no DestinationRule has. */
export const destinationRules: Analyzer = {
  name: "virtualservice.DestinationRuleAnalyzer",
  description: "Checks the destination rules associated with each virtual service",
  inputs: ["VirtualService", "DestinationRule"],
  *analyze(world) {
    const known = new Set(
      world
        .list("DestinationRule")
        .flatMap(({ namespace, spec }) =>
          items(spec.subsets).map(({ name }) => `${serviceOf(namespace, String(spec.host ?? ""))}+${name}`),
        ),
    );
    for (const service of world.list("VirtualService"))
      for (const { host, isMirror, path, subset } of destinationsOf(service)) {
        if (subset === "" || known.has(`${serviceOf(service.namespace, host)}+${subset}`)) continue;
        const what = `${isMirror ? "mirror" : "host"}+subset in destinationrule`;
        yield report(service, "ReferencedResourceNotFound", [what, `${host}+${subset}`], path);
      }
  },
};
