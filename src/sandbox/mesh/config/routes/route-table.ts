import type { RouteTable, VirtualHost } from "../config.ts";
import { hostOf } from "../hosts.ts";

/**
 * Virtual hosts by domain: an exact one, else the longest `*.suffix`, else the longest `prefix.*`, else `*`. A domain
 * belongs to the first virtual host that has it. Source: Envoy's RouteMatcher.
 */
export function routeTable(name: string, hosts: readonly VirtualHost[]): RouteTable {
  const exact = new Map<string, VirtualHost>();
  const suffixes: [string, VirtualHost][] = [];
  const prefixes: [string, VirtualHost][] = [];
  for (const host of hosts) {
    for (const domain of host.domains) {
      if (domain !== "*" && domain.startsWith("*")) suffixes.push([domain.slice(1), host]);
      else if (domain !== "*" && domain.endsWith("*")) prefixes.push([domain.slice(0, -1), host]);
      else if (!exact.has(domain)) exact.set(domain, host);
    }
  }
  const longestFirst = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
    b[0].length - a[0].length;
  suffixes.sort(longestFirst);
  prefixes.sort(longestFirst);
  return {
    name,
    hosts,
    find(authority) {
      const host = hostOf(authority);
      return (
        exact.get(host) ??
        suffixes.find(([suffix]) => host.endsWith(suffix) && host.length > suffix.length)?.[1] ??
        prefixes.find(([prefix]) => host.startsWith(prefix) && host.length > prefix.length)?.[1] ??
        exact.get("*")
      );
    },
  };
}

/** By name, as istiod sends them. */
export function sortedHosts(hosts: readonly VirtualHost[]): readonly VirtualHost[] {
  return hosts.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
