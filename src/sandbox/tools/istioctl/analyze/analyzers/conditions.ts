import type { Kind } from "../kinds.ts";
import { type Analyzer, type Item, items, report } from "../model.ts";

const WAYPOINT = ["istio.io/WaypointBound"];
const GATEWAY = ["Accepted", "Programmed", "ResolvedRefs"];

/** The conditions of each kind that tell of a fault when they are false. */
const TOLD: readonly (readonly [Kind, readonly string[]])[] = [
  ["Service", WAYPOINT],
  ["ServiceEntry", WAYPOINT],
  ["AuthorizationPolicy", ["ZtunnelAccepted", "WaypointAccepted"]],
  ["KubernetesGateway", GATEWAY],
  ["HTTPRoute", GATEWAY],
  ["GRPCRoute", GATEWAY],
];

/** Objects whose status says that they do not work. */
export const conditions: Analyzer = {
  name: "conditions.ConditionAnalyzer",
  description: "Checks for negative status conditions on resources",
  inputs: TOLD.map(([kind]) => kind),
  *analyze(world) {
    for (const [kind, types] of TOLD)
      for (const resource of world.list(kind))
        for (const { type, status, reason, message } of conditionsOf(resource.status)) {
          const isPartial =
            kind === "AuthorizationPolicy" && type === "WaypointAccepted" && reason === "PartiallyInvalid";
          if ((types.includes(type) && status === "False") || isPartial)
            yield report(resource, "NegativeConditionStatus", [type, reason ?? "", message ?? ""]);
        }
  },
};

function conditionsOf(status: Item): readonly Item[] {
  return [...items(status?.conditions), ...items(status?.parents).flatMap((one) => items(one.conditions))];
}
