import { type HostEntry, hostEntry, knownHosts } from "../hosts.ts";
import { type Analyzer, type Finding, fullName, type Resource, type World } from "../world.ts";
import { type Destination, mirrorDestinations, routeDestinations } from "./destinations.ts";

/** Hosts that a VirtualService sends to and nobody has, and ports that they have not. */
export const destinationHosts: Analyzer = {
  name: "virtualservice.DestinationHostAnalyzer",
  description: "Checks the destination hosts associated with each virtual service",
  inputs: ["ServiceEntry", "VirtualService", "Service"],
  analyze: function* (world) {
    const hosts = knownHosts(world);
    for (const resource of world.list("VirtualService")) {
      const { spec = {} } = resource.object;
      const groups = [
        ["host", routeDestinations(spec)],
        ["mirror host", mirrorDestinations(spec)],
      ] as const;
      for (const [what, destinations] of groups) {
        for (const one of destinations) {
          const { host = "" } = one.destination;
          const entry = hostEntry(hosts, resource.namespace, spec.exportTo, host);
          if (entry !== undefined) yield* ports(resource, one, entry);
          else yield { code: "IST0101", resource, parameters: [what, host], field: one.field };
        }
      }
      yield* withoutSubset(world, resource);
    }
  },
};

function* ports(resource: Resource, { destination, field }: Destination, entry: HostEntry): Iterable<Finding> {
  const { host = "", port } = destination;
  if (port === undefined) {
    if (entry.ports.length > 1) yield { code: "IST0112", resource, parameters: [host, entry.ports], field };
    return;
  }
  if (entry.ports.includes(port.number)) return;
  yield { code: "IST0101", resource, parameters: ["host:port", `${host}:${port.number ?? 0}`], field };
}

/** A route of a gateway to a host of which another VirtualService, for that host alone, chooses a subset. */
function* withoutSubset(world: World, resource: Resource): Iterable<Finding> {
  const { spec = {} } = resource.object;
  if ((spec.gateways ?? []).length === 0) return;
  for (const { destination, field } of routeDestinations({ http: spec.http })) {
    if (destination.subset) continue;
    for (const other of world.list("VirtualService")) {
      const { hosts = [], http } = other.object.spec ?? {};
      for (const chosen of routeDestinations({ http })) {
        const { host, subset } = chosen.destination;
        if (!subset || host !== destination.host || !hosts.includes(host)) continue;
        yield { code: "IST0140", resource, parameters: [fullName(other), fullName(resource)], field };
      }
    }
  }
}
