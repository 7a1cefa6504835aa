import type { Item } from "../../pods.ts";
import { type Analyzer, fullName, selectorText } from "../world.ts";
import { matches } from "./virtual-service-gateways.ts";

/** Gateways that want the same host at the same port of the same pods. */
export const gatewayConflicts: Analyzer = {
  name: "gateway.ConflictingGatewayAnalyzer",
  description: "Checks a gateway's selector, port number and hosts",
  inputs: ["Gateway"],
  analyze: function* (world) {
    const servers = world.list("Gateway").flatMap((resource) =>
      (resource.object.spec?.servers ?? []).map(({ hosts = [], port }: Item) => ({
        resource,
        hosts: hosts as readonly string[],
        port: String(port?.number ?? 0),
        selector: selectorText(resource.object.spec?.selector),
      })),
    );
    for (const { hosts, port, resource, selector } of servers) {
      const others = servers
        .filter((one) => one.resource !== resource && one.port === port && one.selector === selector)
        .flatMap((one) =>
          hosts
            .filter((host: string) => one.hosts.some((other: string) => matches(host, other)))
            .map(() => fullName(one.resource)),
        );
      if (others.length === 0) continue;
      yield { code: "IST0145", resource, parameters: [others.join(","), selector, port, hosts.join(",")] };
    }
  },
};
