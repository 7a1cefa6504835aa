import type { Item } from "../../pods.ts";
import { type Analyzer, labelsOf, type Resource, selectorText, selects, type World } from "../world.ts";

/** Gateways that no pod is chosen for, and ports of theirs that no Service leads to. */
export const gatewayPorts: Analyzer = {
  name: "gateway.IngressGatewayPortAnalyzer",
  description: "Checks a gateway's ports against the gateway's Kubernetes service ports",
  inputs: ["Gateway", "Pod", "Service"],
  analyze: function* (world) {
    for (const resource of world.list("Gateway")) {
      const { selector = {}, servers = [] } = resource.object.spec ?? {};
      const text = selectorText(selector);
      const field = ["spec", "selector", text.split("=")[0] ?? ""];
      const pods = world.list("Pod").filter((pod) => selects(selector, labelsOf(pod)));
      if (pods.length === 0) {
        yield { code: "IST0101", resource, parameters: ["selector", text], field };
        continue;
      }
      const open = new Set(pods.flatMap((pod) => portsOf(world, pod)));
      for (const { port } of servers) {
        if (port === undefined || open.has(port.number)) continue;
        yield { code: "IST0162", resource, parameters: [port.number, text], field };
      }
    }
  },
};

/** The ports of a pod that Services lead to: those that its proxy listens at. */
function portsOf(world: World, pod: Resource): readonly number[] {
  return world
    .list("Service")
    .filter(({ namespace, object }) => namespace === pod.namespace && selects(object.spec?.selector, labelsOf(pod)))
    .flatMap(({ object }) => object.spec?.ports ?? [])
    .filter(({ protocol = "TCP" }: Item) => protocol === "TCP")
    .map(({ port, targetPort }: Item) => Number.parseInt(String(targetPort ?? ""), 10) || port);
}
