import { type Analyzer, items, report } from "../model.ts";

const REMOVED = ["ClusterRbacConfig", "RbacConfig", "ServiceRole", "ServiceRoleBinding"];

/** Fields and kinds that are out of use. */
export const deprecation: Analyzer = {
  name: "deprecation.DeprecationAnalyzer",
  description: "Checks for deprecated Istio types and fields",
  inputs: ["VirtualService", "Sidecar", "CustomResourceDefinition"],
  *analyze(world) {
    for (const one of world.list("VirtualService"))
      for (const { fault } of items(one.spec.http))
        if (fault?.delay?.percent > 0)
          yield report(one, "Deprecated", [
            "HTTPRoute.fault.delay.percent is deprecated; use HTTPRoute.fault.delay.percentage",
          ]);
    for (const one of world.list("Sidecar"))
      if (one.spec.outboundTrafficPolicy?.egressProxy)
        yield report(one, "Deprecated", ["OutboundTrafficPolicy.EgressProxy ignored"]);
    for (const one of world.list("CustomResourceDefinition")) {
      const { group, names } = one.spec;
      if (group === "rbac.istio.io" && REMOVED.includes(names?.kind))
        yield report(one, "Deprecated", [`Custom resource type ${group} ${names.kind} is removed`]);
    }
  },
};
