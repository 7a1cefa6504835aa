import type { Item } from "../../pods.ts";
import { fullHost, serviceNamed } from "../hosts.ts";
import type { Analyzer } from "../world.ts";
import { mirrorDestinations, routeDestinations } from "./destinations.ts";

/** Subsets that a VirtualService sends to and no DestinationRule defines. */
export const destinationRules: Analyzer = {
  name: "virtualservice.DestinationRuleAnalyzer",
  description: "Checks the destination rules associated with each virtual service",
  inputs: ["VirtualService", "DestinationRule"],
  analyze: function* (world) {
    const defined = new Set(
      world.list("DestinationRule").flatMap(({ namespace, object }) => {
        const { host = "", subsets = [] } = object.spec ?? {};
        const service = serviceNamed(namespace, fullHost(namespace, host));
        return subsets.map(({ name }: Item) => `${service}+${name}`);
      }),
    );
    for (const resource of world.list("VirtualService")) {
      const { spec } = resource.object;
      const groups = [
        ["host+subset in destinationrule", routeDestinations(spec)],
        ["mirror+subset in destinationrule", mirrorDestinations(spec)],
      ] as const;
      for (const [what, destinations] of groups) {
        for (const { destination, field } of destinations) {
          const { host = "", subset } = destination;
          if (!subset || defined.has(`${serviceNamed(resource.namespace, host)}+${subset}`)) continue;
          yield { code: "IST0101", resource, parameters: [what, `${host}+${subset}`], field };
        }
      }
    }
  },
};
