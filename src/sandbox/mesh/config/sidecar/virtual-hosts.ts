import type { Route, VirtualHost } from "../config.ts";
import { includesHost, mostSpecific } from "../hosts.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { MeshService } from "../registry/service.ts";
import { defaultRoute } from "../routes/http-rule.ts";
import { sortedHosts } from "../routes/route-table.ts";
import type { HostRules, RuleContext } from "../routes/rules.ts";
import { domainsOf } from "./domains.ts";
import type { Scope } from "./scope.ts";

/** What applies to rules of a scope when its proxies are asked for a port. */
export function contextOf(scope: Scope, port: number, options: MeshOptions): RuleContext {
  return { services: scope.services, proxy: scope, gateway: "mesh", port, options };
}

interface MeshRules {
  readonly exact: ReadonlyMap<string, HostRules>;
  readonly wildcards: readonly (readonly [pattern: string, rules: HostRules])[];
}

const indexes = new WeakMap<Scope, MeshRules>();

/** A scope's rules of the mesh by their hosts; the first of two for the same one stays. */
function meshRulesOf(scope: Scope): MeshRules {
  const found = indexes.get(scope);
  if (found !== undefined) return found;
  const exact = new Map<string, HostRules>();
  const wildcards: (readonly [string, HostRules])[] = [];
  for (const rules of scope.rules.filter(({ gateways }) => gateways.includes("mesh"))) {
    for (const host of rules.hosts) {
      if (host.startsWith("*")) wildcards.push([host, rules]);
      else if (!exact.has(host)) exact.set(host, rules);
    }
  }
  const made = { exact, wildcards };
  indexes.set(scope, made);
  return made;
}

/** The rules of the mesh for a host: those with its name, else with the wildcard that says most; the older of two. */
export function meshRulesFor(scope: Scope, host: string): HostRules | undefined {
  const { exact, wildcards } = meshRulesOf(scope);
  return exact.get(host) ?? mostSpecific(host, wildcards, ([pattern]) => pattern)?.[1];
}

/** The virtual hosts of a port that all services share which speak HTTP there, or might. */
export function virtualHosts(scope: Scope, port: number, options: MeshOptions): readonly VirtualHost[] {
  const context = contextOf(scope, port, options);
  const here = scope.services.all.filter((one) => speaksHttpAt(one, port) && scope.listens(one, port));
  const ruled = new Set<HostRules>();
  const taken = new Set<string>();
  const routesFor = once((rules: HostRules) => rules.http(context));
  const own = here.map((service): VirtualHost => {
    const rules = meshRulesFor(scope, service.host);
    const routes = rules === undefined ? [] : routesFor(rules);
    if (rules !== undefined && routes.length > 0) ruled.add(rules);
    return {
      name: `${service.host}:${port}`,
      domains: free(taken, domainsOf(service, scope.services, scope.namespace, options.domain)),
      routes: routes.length > 0 ? routes : [defaultRoute(service.host, port, context)],
    };
  });
  return sortedHosts([...own, ...hostsWithoutService(scope, port, here, ruled, routesFor, taken)]);
}

/** Hosts of rules that are no service's at this port: beside a host that is one's, and all of them at port 80. */
function hostsWithoutService(
  scope: Scope,
  port: number,
  here: readonly MeshService[],
  ruled: ReadonlySet<HostRules>,
  routesFor: (rules: HostRules) => readonly Route[],
  taken: Set<string>,
): readonly VirtualHost[] {
  const bound = scope.rules.filter((rules) => rules.gateways.includes("mesh") && (port === 80 || ruled.has(rules)));
  return bound.flatMap((rules) => {
    const hosts = rules.hosts.filter((host) => !here.some((one) => includesHost(host, one.host)));
    return hosts.flatMap((host) => {
      const domains = free(taken, [host]);
      const routes = domains.length === 0 ? [] : routesFor(rules);
      return routes.length === 0 ? [] : [{ name: `${host}:${port}`, domains, routes }];
    });
  });
}

/** Domains that no virtual host before has. */
function free(taken: Set<string>, domains: readonly string[]): readonly string[] {
  const left = [...new Set(domains)].filter((one) => !taken.has(one));
  for (const one of left) taken.add(one);
  return left;
}

function speaksHttpAt({ ports, aliasOf }: MeshService, port: number): boolean {
  if (aliasOf !== undefined) return false;
  return ports.some(({ number, protocol }) => number === port && (protocol === "http" || protocol === "auto"));
}

function once<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as V;
  };
}
