import {
  type Analyzer,
  firstLabel,
  hasLabels,
  type Item,
  items,
  type Resource,
  report,
  selectorText,
  type World,
} from "../model.ts";

/** Gateways that no pod serves, or whose ports no Service leads to. */
export const gatewayPorts: Analyzer = {
  name: "gateway.IngressGatewayPortAnalyzer",
  description: "Checks a gateway's ports against the gateway's Kubernetes service ports",
  inputs: ["Gateway", "Pod", "Service"],
  *analyze(world) {
    for (const gateway of world.list("Gateway")) {
      const { selector, servers } = gateway.spec;
      const path = `spec.selector.${firstLabel(selector)}`;
      const pods = world.list("Pod").filter((one) => hasLabels(one.labels, selector));
      if (pods.length === 0) {
        yield report(gateway, "ReferencedResourceNotFound", ["selector", selectorText(selector)], path);
        continue;
      }
      const reached = new Set(pods.flatMap((one) => portsTo(one, world)));
      for (const { port } of items(servers))
        if (port && !reached.has(port.number))
          yield report(gateway, "GatewayPortNotDefinedOnService", [port.number, selectorText(selector)], path);
    }
  },
};

/** The ports of a pod that Services lead to. */
function portsTo({ labels, namespace }: Resource, world: World): readonly number[] {
  return world
    .list("Service")
    .filter((one) => one.namespace === namespace && hasLabels(labels, one.spec.selector))
    .flatMap(({ spec }) => items(spec.ports))
    .filter(({ protocol }: Item) => (protocol ?? "TCP") === "TCP")
    .map(({ port, targetPort }: Item) => Number(targetPort) || port);
}
