import type { ToolContext } from "../../tool.ts";
import { accessRules } from "../authz.ts";
import { Failure } from "../failure.ts";
import { fetchDump, getObject, type Item } from "../pods.ts";
import { partOf } from "../proxy-config/dump.ts";
import { destinationRuleText, subsetsOf } from "./rules.ts";
import { protocolOf, RULER, shortName, targetPort } from "./text.ts";
import { virtualServiceText } from "./virtual-service.ts";

/** What services do for a pod, by what its own proxy was told. Throws `Failure` where it cannot be asked. */
export async function servicesText(
  context: ToolContext,
  pod: Item,
  services: readonly Item[],
  labels: readonly Item[],
  own: string,
): Promise<string> {
  const dump = await dumpOf(context, pod);
  const texts: string[] = [];
  for (const service of services) {
    const lines = [serviceText(service, pod, own)];
    const ports: readonly Item[] = service.spec?.ports ?? [];
    const indent = ports.length > 1 ? 3 : 0;
    for (const { port } of ports) {
      if (ports.length > 1) lines.push(`${port}:\n`);
      const found = await rulesFor(context, dump, service, port);
      if (found.rule !== undefined) lines.push(destinationRuleText(found.rule, labels, own, indent));
      lines.push(...found.warnings);
      if (found.virtualService !== undefined) {
        const subsets = subsetsOf(found.rule, labels);
        lines.push(virtualServiceText(found.virtualService, { service, subsets, rule: found.rule, own, indent }));
      }
      const policies = Object.keys(accessRules(dump)[0]?.policies ?? {});
      if (policies.length > 0)
        lines.push(`${ports.length > 1 ? `${port} ` : ""}RBAC policies: ${policies.join(", ")}\n`);
    }
    texts.push(lines.join(""));
  }
  return texts.join(RULER);
}

async function dumpOf(context: ToolContext, { metadata }: Item): Promise<Item> {
  try {
    return await fetchDump(context, metadata);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const [, reason = error.message] =
      /^failed to execute command on \S+ sidecar: ([\s\S]*)$/.exec(error.message) ?? [];
    throw new Failure(`failed to execute command on sidecar: ${reason}`);
  }
}

function serviceText({ metadata, spec }: Item, pod: Item, own: string): string {
  const ports = ((spec?.ports ?? []) as readonly Item[])
    .filter(({ protocol = "TCP" }) => protocol === "TCP")
    .map((port) => {
      const target = targetPort(pod, port);
      return target === undefined
        ? `   no suitable port for manifest: ${pod.metadata.uid}\n`
        : `   Port: ${port.name ?? ""} ${port.port}/${protocolOf(port)} targets pod port ${target}\n`;
    });
  return `Service: ${shortName(metadata, own)}\n${ports.join("")}`;
}

export interface RulesFound {
  readonly rule: Item | undefined;
  readonly virtualService: Item | undefined;
  /** A proxy may know of objects that are gone. */
  readonly warnings: readonly string[];
}

/** The objects that a proxy has for a service's port: what its clusters and routes say they are made of. */
export async function rulesFor(context: ToolContext, dump: Item, service: Item, port: number): Promise<RulesFound> {
  const warnings: string[] = [];
  const find = async (path: string | undefined, plural: string, title: string): Promise<Item | undefined> => {
    const [, namespace, name] =
      /\/namespaces\/([^/]+)\/(?:virtual-service|destination-rule)\/([^/]+)$/.exec(path ?? "") ?? [];
    if (name === undefined) return undefined;
    try {
      return await getObject(context, `/apis/networking.istio.io/v1/namespaces/${namespace}/${plural}/${name}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      warnings.push(`WARNING: Proxy is stale; it references to non-existent ${title} ${name}.${namespace}\n`);
      return undefined;
    }
  };
  const rule = await find(clusterOrigin(dump, service, port), "destinationrules", "destination rule");
  const virtualService = await find(routeOrigin(dump, service, port), "virtualservices", "virtual service");
  return { rule, virtualService, warnings };
}

function configOf(metadata: Item): string | undefined {
  return metadata?.filter_metadata?.istio?.config;
}

function clusterOrigin(dump: Item, { metadata }: Item, port: number): string | undefined {
  const clusters: readonly Item[] = partOf(dump, "ClustersConfigDump").dynamic_active_clusters ?? [];
  const host = `${metadata.name}.${metadata.namespace}.svc.cluster.local`;
  const found = clusters.find(({ cluster }) => cluster.name === `outbound|${port}||${host}`);
  return configOf(found?.cluster.metadata);
}

/** The first route that leads to a service, or is under its name. */
function routeOrigin(dump: Item, { metadata }: Item, port: number): string | undefined {
  const tables: readonly Item[] = partOf(dump, "RoutesConfigDump").dynamic_route_configs ?? [];
  const host = `${metadata.name}.${metadata.namespace}.svc.cluster.local`;
  for (const { route_config: table } of tables) {
    if (table.name !== String(port) && !/^https?\./.test(table.name)) continue;
    for (const { domains = [], routes = [] } of table.virtual_hosts ?? []) {
      for (const { route, metadata: own } of routes as readonly Item[]) {
        const cluster = String(route?.cluster ?? route?.weighted_clusters?.clusters[0]?.name ?? "");
        const isTo = cluster.startsWith(`outbound|${port}|`) && cluster.endsWith(`|${host}`);
        if (domains.includes(host) || isTo) return configOf(own);
      }
    }
  }
  return undefined;
}
