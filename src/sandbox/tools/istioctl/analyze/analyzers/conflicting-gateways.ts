import {
  type Analyzer,
  fullName,
  hasLabels,
  items,
  type Resource,
  report,
  selectorText,
  type World,
} from "../model.ts";

/** Gateways that offer a host twice at one port of the same pods. */
export const conflictingGateways: Analyzer = {
  name: "gateway.ConflictingGatewayAnalyzer",
  description: "Checks a gateway's selector, port number and hosts",
  inputs: ["Gateway", "Pod"],
  *analyze(world) {
    const gateways = world.list("Gateway");
    for (const gateway of gateways) {
      const near = gateways.filter((one) => one !== gateway && sharesPods(gateway, one, world));
      for (const server of items(gateway.spec.servers)) {
        const port = server.port?.number ?? 0;
        const hosts = items(server.hosts).map(String);
        const others = near.filter((one) => offers(one, port, hosts, server.bind ?? "")).map(fullName);
        if (others.length === 0) continue;
        const args = [others.sort().join(","), selectorText(gateway.spec.selector), port, hosts.join(",")];
        yield report(gateway, "ConflictingGateways", args);
      }
    }
  },
};

/** The same selector, or one that is a part of the other's text and chooses a pod that both choose. */
function sharesPods(one: Resource, other: Resource, world: World): boolean {
  const [own, their] = [selectorText(one.spec.selector), selectorText(other.spec.selector)];
  if (own === their) return true;
  if (!own.includes(their) && !their.includes(own)) return false;
  return world
    .list("Pod")
    .some(({ labels }) => hasLabels(labels, one.spec.selector) && hasLabels(labels, other.spec.selector));
}

/** Of servers of one port, the last counts, as upstream. */
function offers({ spec }: Resource, port: number, hosts: readonly string[], bind: string): boolean {
  const server = items(spec.servers).findLast((one) => (one.port?.number ?? 0) === port);
  return (server?.bind ?? "") === bind && items(server?.hosts).some((one) => hosts.includes(String(one)));
}
