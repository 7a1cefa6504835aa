import { destinationsOf } from "../destinations.ts";
import { findHost, hostMap } from "../hosts.ts";
import { type Analyzer, fullName, items, type Message, type Resource, report, type World } from "../model.ts";

/** Routes to hosts and ports that are not there. */
export const destinationHosts: Analyzer = {
  name: "virtualservice.DestinationHostAnalyzer",
  description: "Checks the destination hosts associated with each virtual service",
  inputs: ["ServiceEntry", "VirtualService", "Service"],
  *analyze(world) {
    const hosts = hostMap(world);
    for (const service of world.list("VirtualService")) {
      for (const { host, isMirror, path, port } of destinationsOf(service)) {
        const found = findHost(hosts, service, host);
        const numbers = found?.ports.map((one) => one.number) ?? [];
        if (found === undefined) {
          yield report(service, "ReferencedResourceNotFound", [isMirror ? "mirror host" : "host", host], path);
        } else if (port === undefined) {
          if (numbers.length > 1)
            yield report(service, "VirtualServiceDestinationPortSelectorRequired", [host, numbers], path);
        } else if (!numbers.includes(port)) {
          yield report(service, "ReferencedResourceNotFound", ["host:port", `${host}:${port}`], path);
        }
      }
      yield* unaffected(service, world);
    }
  },
};

/** Routes of a gateway to a host whose subsets another VirtualService chooses: it has no say there. */
function* unaffected(service: Resource, world: World): Iterable<Message> {
  if (items(service.spec.gateways).length === 0) return;
  const bare = items(service.spec.http)
    .flatMap(({ route }) => items(route))
    .filter(({ destination }) => destination && !destination.subset)
    .map(({ destination }) => destination.host);
  for (const other of world.list("VirtualService")) {
    const chosen = items(other.spec.http)
      .flatMap(({ route }) => items(route))
      .filter(({ destination }) => destination?.subset && items(other.spec.hosts).includes(destination.host));
    for (const { destination } of chosen)
      if (bare.includes(destination.host))
        yield report(service, "IngressRouteRulesNotAffected", [fullName(other), fullName(service)]);
  }
}
