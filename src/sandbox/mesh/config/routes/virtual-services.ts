import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { fullHost } from "../hosts.ts";
import type { MeshOptions } from "../mesh-options.ts";
import { byAge, type ObjectView, RESOURCES } from "../view.ts";
import { exportsOf } from "../visibility.ts";
import { tcpRoutes, tlsRoutes } from "./connection-rules.ts";
import { withDelegates } from "./delegates.ts";
import { httpRoute } from "./http-rule.ts";
import { gatewayName } from "./match.ts";
import type { HostRules } from "./rules.ts";

/** All VirtualServices with hosts, oldest first. Those without are delegates, and speak only through others. */
export function virtualServices(view: ObjectView, options: MeshOptions): readonly HostRules[] {
  const all = byAge(view.list(RESOURCES.virtualServices));
  const find = (namespace: string, name: string): KubeObject | undefined =>
    all.find(({ metadata, spec }) => metadata.name === name && metadata.namespace === namespace && isDelegate(spec));
  return all.filter(({ spec }) => !isDelegate(spec)).map((object) => rulesOf(object, options, find));
}

function isDelegate(spec: JsonObject | undefined): boolean {
  return !(spec?.hosts?.length > 0);
}

function rulesOf(
  object: KubeObject,
  options: MeshOptions,
  find: (namespace: string, name: string) => KubeObject | undefined,
): HostRules {
  const { name, namespace = "" } = object.metadata;
  const spec = object.spec ?? {};
  const origin = { kind: "VirtualService", namespace, name };
  const http = withDelegates(object, find);
  return {
    origin,
    namespace,
    hosts: spec.hosts.map((host: string) => fullHost(host, namespace, options.domain)),
    gateways: (spec.gateways?.length > 0 ? spec.gateways : ["mesh"]).map((one: string) => gatewayName(one, namespace)),
    exportTo: exportsOf(spec.exportTo, options.exports.virtualService),
    destinations: destinationHosts([http, spec.tls, spec.tcp]).map((host) => fullHost(host, namespace, options.domain)),
    http: (context) => http.flatMap((rule) => httpRoute(rule, origin, context) ?? []),
    tls: (context) => tlsRoutes(spec.tls ?? [], origin, context),
    tcp: (context) => tcpRoutes(spec.tcp ?? [], origin, context),
  };
}

/** Every `host` of a destination or mirror, wherever it stands in rules. */
function destinationHosts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(destinationHosts);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const isDestination = (key === "destination" || key === "mirror") && typeof item?.host === "string";
    return isDestination ? [item.host] : destinationHosts(item);
  });
}
