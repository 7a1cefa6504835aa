import type { KubeObject } from "../../../objects/index.ts";
import type { GatewayCertificate, GatewayListener, RouteTable, TcpRoute } from "../config.ts";
import { includesHost } from "../hosts.ts";
import { hasLabels } from "../labels.ts";
import type { MeshOptions } from "../mesh-options.ts";
import type { MeshService } from "../registry/service.ts";
import { routeTable } from "../routes/route-table.ts";
import type { Scope } from "../sidecar/scope.ts";
import type { ObjectView } from "../view.ts";
import { certificateOf } from "./credentials.ts";
import { listeningPorts } from "./ports.ts";
import { type GatewayServer, serverKind } from "./server.ts";
import { contextAt, gatewayHosts, rulesAt, sharedHosts } from "./virtual-hosts.ts";

export interface GatewayInput {
  readonly view: ObjectView;
  readonly servers: readonly GatewayServer[];
  readonly services: readonly MeshService[];
  readonly options: MeshOptions;
}

/** What a gateway's proxy has at each of its ports that a Gateway opens. */
export function gatewayListeners(
  { view, servers, services, options }: GatewayInput,
  pod: KubeObject,
  scope: Scope,
): ReadonlyMap<number, GatewayListener> {
  const byPort = new Map<number, GatewayServer[]>();
  for (const server of servers.filter((one) => isFor(one, pod))) {
    for (const port of listeningPorts(server.port, pod, services)) {
      const beside = byPort.get(port) ?? [];
      byPort.set(port, beside);
      if (goesWith(server, beside)) beside.push(server);
    }
  }
  const made = [...byPort].map(([port, own]) => [port, listener(view, own, port, scope, options)] as const);
  return new Map(made);
}

function isFor({ selector, selectorNamespace }: GatewayServer, { metadata }: KubeObject): boolean {
  const isThere = selectorNamespace === undefined || selectorNamespace === metadata.namespace;
  return isThere && hasLabels(selector, metadata.labels ?? {});
}

/** The oldest server says what a port speaks: plain HTTP, TLS by names, or one plain stream. */
function goesWith(server: GatewayServer, beside: readonly GatewayServer[]): boolean {
  const [first] = beside;
  if (first === undefined) return true;
  const isTls = (one: GatewayServer): boolean => one.tls !== undefined && serverKind(one) !== "http";
  if (serverKind(first) === "http" || serverKind(server) === "http") return serverKind(first) === serverKind(server);
  return isTls(first) && isTls(server);
}

function listener(
  view: ObjectView,
  servers: readonly GatewayServer[],
  port: number,
  scope: Scope,
  options: MeshOptions,
): GatewayListener {
  const kinds = servers.map(serverKind);
  const kind = kinds.includes("https") ? "https" : (kinds[0] ?? "http");
  const http = servers.filter((one) => ["http", "https"].includes(serverKind(one)));
  const ended = servers.filter((one) => one.tls !== undefined && ["https", "tcp"].includes(serverKind(one)));
  const name = kind === "https" ? httpsName(http[0]) : `${kind === "http" ? "http" : "tcp"}.${port}`;
  const table = (of: readonly GatewayServer[], as: string): RouteTable =>
    routeTable(as, gatewayHosts(scope, of, port, options));
  const certificate = (one: GatewayServer): GatewayCertificate =>
    certificateOf(view, one, scope.namespace, table(serverKind(one) === "https" ? [one] : [], httpsName(one)));
  return {
    kind,
    name,
    routes: table(http, name),
    tcp: servers.flatMap((one) => connections(one, scope, options)),
    ...(ended.length === 0 ? {} : { tls: ended.map(certificate) }),
  };
}

/** `https.443.https-shop.shop-gateway.default` */
function httpsName(server: GatewayServer | undefined): string {
  if (server === undefined) return "";
  const [namespace = "", name = ""] = server.gateway.split("/");
  return `https.${server.port}.${server.portName}.${name}.${namespace}`;
}

/** Whole connections: by the name that the client asks for where TLS is passed on, else by the first tcp rule. */
function connections(server: GatewayServer, scope: Scope, options: MeshOptions): readonly TcpRoute[] {
  const kind = serverKind(server);
  if (kind === "http" || kind === "https") return [];
  const context = contextAt(scope, server, options);
  const rules = rulesAt(scope, server.gateway).filter((one) => sharedHosts(server.hosts, one).length > 0);
  if (kind === "tcp") return rules.flatMap((one) => one.tcp(context)).slice(0, 1);
  const opened = (sni: string): boolean => server.hosts.some(({ host }) => includesHost(host, sni));
  return rules
    .flatMap((one) => one.tls(context))
    .map((route) => ({ ...route, sni: route.sni?.filter(opened) }))
    .filter(({ sni }) => sni === undefined || sni.length > 0);
}
