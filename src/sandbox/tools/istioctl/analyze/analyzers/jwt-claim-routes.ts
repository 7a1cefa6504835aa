import { type Analyzer, fullName, hasLabels, items, pairs, type Resource, report } from "../model.ts";

const PREFIX = "@request.auth.claims";

/** Routes by a claim at gateways where nobody looks at tokens. */
export const jwtClaimRoutes: Analyzer = {
  name: "virtualservice.JWTClaimRouteAnalyzer",
  description: "Checks the VirtualService using JWT claim based routing has corresponding RequestAuthentication",
  inputs: ["VirtualService", "RequestAuthentication", "Gateway", "Pod"],
  *analyze(world) {
    const authenticated = ({ labels, namespace }: Resource): boolean =>
      world
        .list("RequestAuthentication")
        .filter((one) => one.namespace === "istio-system" || one.namespace === namespace)
        .some((one) => hasLabels(labels, one.spec.selector?.matchLabels));
    for (const service of world.list("VirtualService")) {
      const claim = claimOf(service);
      if (claim === undefined) continue;
      for (const each of items(service.spec.gateways).map(String)) {
        const [namespace = "", name = ""] = each.includes("/") ? each.split("/") : [service.namespace, each];
        const gateway = each === "mesh" ? undefined : world.find("Gateway", namespace, name);
        if (gateway === undefined) continue;
        for (const pod of world.list("Pod").filter(({ labels }) => hasLabels(labels, gateway.spec.selector)))
          if (!authenticated(pod))
            yield report(service, "JwtClaimBasedRoutingWithoutRequestAuthN", [claim, fullName(gateway), pod.name]);
      }
    }
  },
};

function claimOf({ spec }: Resource): string | undefined {
  return items(spec.http)
    .flatMap(({ match }) => items(match))
    .flatMap(({ headers, withoutHeaders }) => [...pairs(headers), ...pairs(withoutHeaders)])
    .map(([key]) => key)
    .find((key) => key.startsWith(PREFIX));
}
