import { scopesOf } from "../hosts.ts";
import { type Analyzer, fullName, grouped, items, type Resource, report } from "../model.ts";

interface Entry {
  readonly resource: Resource;
  readonly scope: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
}

/** ServiceEntries that say different things of one port of one host. */
export const serviceEntryProtocols: Analyzer = {
  name: "serviceentry.ConflictingServiceEntryProtocolAnalyzer",
  description: "Checks if multiple ServiceEntries define the same host and port with different protocols",
  inputs: ["ServiceEntry"],
  since: 31,
  *analyze(world) {
    const entries = world.list("ServiceEntry").flatMap(entriesOf);
    const told = new Set<Resource>();
    for (const group of grouped(entries, ({ scope, host, port }) => `${scope}/${host}:${port}`).values()) {
      const [{ host, port, scope } = { host: "", port: 0, scope: "" }] = group;
      const isNear = (one: Entry): boolean => one.scope === "*" && one.host === host && one.port === port;
      const near = scope === "*" ? group : [...group, ...entries.filter(isNear)];
      const protocols = [...new Set(near.map(({ protocol }) => protocol))].sort();
      if (protocols.length < 2) continue;
      const names = [...new Set(near.map(({ resource }) => fullName(resource)))].sort().join(", ");
      for (const { resource } of near) {
        if (told.has(resource)) continue;
        told.add(resource);
        const args = [names, host, port, protocols.join(", ")];
        yield report(resource, "ConflictingServiceEntryProtocol", args, "metadata.name");
      }
    }
  },
};

function entriesOf(resource: Resource): readonly Entry[] {
  const { exportTo, hosts, ports } = resource.spec;
  return scopesOf(exportTo, resource.namespace).flatMap((scope) =>
    items(hosts).flatMap((host) =>
      items(ports).map(({ number, protocol }) => ({
        resource,
        scope,
        host: String(host),
        port: number,
        protocol: String(protocol ?? "").toUpperCase(),
      })),
    ),
  );
}
