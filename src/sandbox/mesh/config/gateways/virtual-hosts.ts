import type { Route, VirtualHost } from "../config.ts";
import { commonHost } from "../hosts.ts";
import type { MeshOptions } from "../mesh-options.ts";
import { asksNothing, defaultRoute } from "../routes/http-rule.ts";
import { sortedHosts } from "../routes/route-table.ts";
import type { HostRules, RuleContext } from "../routes/rules.ts";
import type { Scope } from "../sidecar/scope.ts";
import type { GatewayServer, ServerHost } from "./server.ts";

/**
 * The virtual hosts of a gateway's port: for each server the rules that name its Gateway, under the hosts that both have.
 * Rules for the same host follow each other by age, and those that take everything come last.
 */
export function gatewayHosts(
  scope: Scope,
  servers: readonly GatewayServer[],
  listening: number,
  options: MeshOptions,
): readonly VirtualHost[] {
  const found = new Map<string, Route[]>();
  const seen = new Set<string>();
  for (const server of servers) {
    for (const rules of rulesAt(scope, server.gateway)) {
      const hosts = sharedHosts(server.hosts, rules);
      const routes = hosts.length === 0 ? [] : rules.http(contextAt(scope, server, options));
      for (const host of hosts) {
        // One Gateway may open the port twice, under 80 and under the pod's own number: rules count once.
        const key = `${host} ${server.gateway} ${rules.origin.namespace}/${rules.origin.name}`;
        if (routes.length === 0 || seen.has(key)) continue;
        seen.add(key);
        found.set(host, [...(found.get(host) ?? []), ...routes]);
      }
    }
  }
  for (const { tls, hosts } of servers) {
    if (tls?.redirects === true) for (const { host } of hosts) found.set(host, [toHttps(options)]);
  }
  const hosts = [...found].map(
    ([host, routes]): VirtualHost => ({ name: `${host}:${listening}`, domains: [host], routes: catchAllLast(routes) }),
  );
  return sortedHosts(hosts);
}

/** The rules that a scope's proxies see and that name a gateway, oldest first. */
export function rulesAt(scope: Scope, gateway: string): readonly HostRules[] {
  return scope.rules.filter(({ gateways }) => gateways.includes(gateway));
}

/** What rules are made for at a server. */
export function contextAt(scope: Scope, server: GatewayServer, options: MeshOptions): RuleContext {
  return { services: scope.services, proxy: scope, gateway: server.gateway, port: server.port, options };
}

/** The hosts for which a server and rules both speak. */
export function sharedHosts(hosts: readonly ServerHost[], rules: HostRules): readonly string[] {
  const shared = hosts
    .filter(({ from }) => from === undefined || from === rules.namespace)
    .flatMap(({ host }) => rules.hosts.flatMap((one) => commonHost(host, one) ?? []));
  return [...new Set(shared)];
}

function catchAllLast(routes: readonly Route[]): readonly Route[] {
  const takesAll = (route: Route): boolean => route.matches.length === 0 || route.matches.some(asksNothing);
  return [...routes.filter((one) => !takesAll(one)), ...routes.filter(takesAll)];
}

/** Whatever is asked for: the same, by https. */
function toHttps(options: MeshOptions): Route {
  const action = { kind: "redirect", status: 301, scheme: "https" } as const;
  return { ...defaultRoute("", 0, { options }), name: undefined, action };
}
