import type { OutboundListener, TcpRoute } from "../config.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { MeshService, ServicePort } from "../registry/service.ts";
import { UNCHANGED } from "../routes/headers.ts";
import { routeTable } from "../routes/route-table.ts";
import { clusterName } from "../routes/rules.ts";
import type { Scope } from "./scope.ts";
import { contextOf, meshRulesFor, virtualHosts } from "./virtual-hosts.ts";

/** What a sidecar has at one port: at addresses of its own, at those of pods, and at all others. */
export interface PortListeners {
  readonly byAddress: ReadonlyMap<string, OutboundListener>;
  /** Headless services whose pods are listened for one by one. */
  readonly perPod: readonly { readonly service: MeshService; readonly listener: OutboundListener }[];
  readonly elsewhere: OutboundListener;
}

/** The listeners of a scope's proxies for a port that their programs connect to. */
export function portListeners(scope: Scope, port: number, options: MeshOptions): PortListeners {
  const byAddress = new Map<string, OutboundListener>();
  const perPod: PortListeners["perPod"][number][] = [];
  const everywhere: TcpRoute[] = [];
  let isShared = false;
  const hosts = lazy(() => virtualHosts(scope, port, options));
  const at = (service: MeshService, listener: OutboundListener): boolean => {
    for (const address of service.addresses) if (!byAddress.has(address)) byAddress.set(address, listener);
    return service.addresses.length > 0;
  };
  for (const [service, own] of servicesAt(scope, port)) {
    if (own.protocol === "http") {
      isShared = true;
      continue;
    }
    const routes = connectionRoutes(scope, service, own, options);
    if (own.protocol !== "auto") {
      const isPlaced = at(service, { kind: "tcp", routes: withoutNames(routes, service), unknown: scope.unknown });
      if (isPlaced) continue;
      if (service.resolution === "headless") {
        perPod.push({ service, listener: { kind: "tcp", routes, unknown: scope.unknown } });
      } else everywhere.push(...routes);
      continue;
    }
    const name = `${service.host}:${port}`;
    const host = hosts().find((one) => one.name === name);
    const table = routeTable(name, host === undefined ? [] : [{ ...host, domains: ["*"] }]);
    const isPlaced = at(service, { kind: "http", routes: table, unknown: scope.unknown, tcp: routes });
    if (!isPlaced) isShared = true;
  }
  return { byAddress, perPod, elsewhere: elsewhere() };

  function elsewhere(): OutboundListener {
    if (isShared) {
      return { kind: "http", routes: routeTable(String(port), hosts()), unknown: scope.unknown, tcp: everywhere };
    }
    if (everywhere.length > 0) return { kind: "tcp", routes: everywhere, unknown: scope.unknown };
    return { kind: "unknown", policy: scope.unknown };
  }
}

function* servicesAt(scope: Scope, port: number): Iterable<readonly [MeshService, ServicePort]> {
  for (const service of scope.services.all) {
    const own = service.ports.find(({ number }) => number === port);
    if (own !== undefined && service.aliasOf === undefined && scope.listens(service, port)) yield [service, own];
  }
}

/** Where whole connections to a service go: by its tls rules, its tcp rule, or to itself. */
function connectionRoutes(
  scope: Scope,
  service: MeshService,
  { number, protocol }: ServicePort,
  options: MeshOptions,
): readonly TcpRoute[] {
  const context = contextOf(scope, number, options);
  const rules = meshRulesFor(scope, service.host);
  const tls = protocol === "tcp" ? [] : (rules?.tls(context) ?? []);
  if (tls.length > 0) return tls;
  const tcp = rules?.tcp(context) ?? [];
  if (tcp.length > 0) return tcp;
  const cluster = clusterName(service.host, number);
  const sni = protocol === "tls" ? [service.host] : undefined;
  return [{ sni, destinations: [{ cluster, weight: 1, headers: UNCHANGED }] }];
}

/** At an address of its own a service needs no server name to be told from others. */
function withoutNames(routes: readonly TcpRoute[], { host }: MeshService): readonly TcpRoute[] {
  return routes.map((one) => (one.sni?.length === 1 && one.sni[0] === host ? { ...one, sni: undefined } : one));
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
