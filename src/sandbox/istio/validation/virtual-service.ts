import type { JsonObject } from "../../objects/index.ts";
import { routeDestinations } from "./destinations.ts";
import { entries, Findings, items, quoted, texts } from "./findings.ts";
import { gatewayNames } from "./gateway-names.ts";
import { isClaim } from "./headers.ts";
import { isWithin, overlap } from "./hosts.ts";
import { httpRoute } from "./http-route.ts";
import { domainError, gatewayDomainError, isAddress, labelFindings, portError, subnetError } from "./names.ts";
import { exportFindings } from "./selectors.ts";
import type { Validator } from "./subject.ts";
import { unreachableRoutes } from "./unreachable.ts";

/** A VirtualService: its hosts, its gateways, its routes; without hosts it is one to which another one leads. */
export const virtualService: Validator = ({ namespace, spec }) => {
  const [http, tcp, tls] = [items(spec.http), items(spec.tcp), items(spec.tls)];
  const [hosts, gateways] = [texts(spec.hosts), texts(spec.gateways)];
  const isDelegate = hosts.length === 0;
  const found = new Findings();
  if (isDelegate) {
    const given = [gateways.length > 0 && "gateways", tls.length > 0 && "tls route", tcp.length > 0 && "tcp route"];
    found.error(...given.filter(Boolean).map((what) => `delegate virtual service must have no ${what} specified`));
  }
  found.add(gatewayNames(gateways));
  const isOfGateway = gateways.length > 0 && !gateways.includes("mesh");
  if (!isOfGateway) found.error(...claimErrors(http, gateways));
  found.add(hostFindings(hosts, tls, isOfGateway));
  const isEmpty = http.length + tcp.length + tls.length === 0;
  return found
    .error(isEmpty ? "http, tcp or tls must be provided in virtual service" : undefined)
    .add(...http.map((route) => httpRoute(route, isDelegate)))
    .add(...tls.map((route) => tlsRoute(route, hosts, !gateways.includes("mesh"))))
    .add(...tcp.map(tcpRoute))
    .add(exportFindings(spec.exportTo, { namespace }))
    .warn(...unreachableRoutes(spec));
};

/** Only a gateway has looked at a token before it routes. */
function claimErrors(http: readonly JsonObject[], gateways: readonly string[]): readonly string[] {
  return http
    .flatMap(({ match }) => items(match))
    .flatMap(({ headers, withoutHeaders }) => [...entries(headers), ...entries(withoutHeaders)])
    .filter(([name]) => isClaim(name))
    .map(([name]) => {
      const where = `found no gateways: [${gateways.join(" ")}]`;
      return `JWT claim based routing (key: ${name}) is only supported for gateway, ${where}`;
    });
}

function hostFindings(hosts: readonly string[], tls: readonly JsonObject[], isOfGateway: boolean): Findings {
  const isSni = tls.some(({ match }) => items(match).some(({ sniHosts }) => texts(sniHosts).length > 0));
  const found = new Findings();
  for (const host of hosts) {
    const fault = isOfGateway ? gatewayDomainError(host, isSni) : domainError(host);
    if (fault !== undefined) found.error(isAddress(host) ? undefined : fault);
    else if (!isOfGateway && host === "*") {
      found.error("wildcard host * is not allowed for virtual services bound to the mesh gateway");
    }
  }
  if (found.errors.length > 0) return found;
  const pairs = hosts.flatMap((host, index) => hosts.slice(index + 1).map((other) => [host, other] as const));
  const same = pairs.filter(([host, other]) => overlap(host, other));
  return found.error(...same.map(([host, other]) => `duplicate hosts in virtual service: ${host} & ${other}`));
}

function tlsRoute({ match, route }: JsonObject, hosts: readonly string[], isOfGateway: boolean): Findings {
  const matches = items(match);
  return new Findings()
    .error(matches.length === 0 ? "TLS route must have at least one match condition" : undefined)
    .add(...matches.map((one) => tlsMatch(one, hosts, isOfGateway)))
    .error(items(route).length === 0 ? "TLS route is required" : undefined)
    .add(routeDestinations(route, false));
}

function tlsMatch(match: JsonObject, hosts: readonly string[], isOfGateway: boolean): Findings {
  const names = texts(match.sniHosts);
  return new Findings()
    .error(names.length === 0 ? "TLS match must have at least one SNI host" : undefined)
    .add(...names.map((name) => sniFindings(name, hosts, isOfGateway)), l4Match(match));
}

function sniFindings(name: string, hosts: readonly string[], isOfGateway: boolean): Findings {
  const found = new Findings();
  const fault = isOfGateway ? gatewayDomainError(name, true) : domainError(name);
  if (fault !== undefined && !isAddress(name)) return found.error(fault);
  if (fault !== undefined) {
    return found.warn(
      `using an IP address (${quoted(name)}) goes against SNI spec and most clients do not support this`,
    );
  }
  if (hosts.some((host) => isWithin(name, host))) return found;
  const whose = `any of the virtual service hosts: [${hosts.join(", ")}]`;
  return found.error(`SNI host ${quoted(name)} is not a compatible subset of ${whose}`);
}

function l4Match({ destinationSubnets, gateways, port, sourceLabels }: JsonObject): Findings {
  return new Findings()
    .error(...texts(destinationSubnets).map(subnetError), port ? portError(port) : undefined)
    .add(labelFindings(sourceLabels), gatewayNames(gateways));
}

function tcpRoute({ match, route }: JsonObject): Findings {
  return new Findings()
    .errorsOf(new Findings().add(...items(match).map(l4Match)))
    .error(items(route).length === 0 ? "TCP route is required" : undefined)
    .add(routeDestinations(route, false));
}
