import type { ToolContext } from "../../tool.ts";
import { fetchDump, type Item, listObjects } from "../pods.ts";
import { subsetsOf } from "./rules.ts";
import { rulesFor } from "./services.ts";
import { protocolOf, RULER, selects, targetPort } from "./text.ts";
import { virtualServiceText } from "./virtual-service.ts";

/** A Service of ingress gateways and its pods. */
interface Ingress {
  readonly service: Item;
  readonly pods: readonly Item[];
}

/** Where services can be reached from outside, by what the ingress gateways were told. */
export async function ingressText(
  context: ToolContext,
  services: readonly Item[],
  labels: readonly Item[],
  own: string,
): Promise<string> {
  const pods = (await listObjects(context, "/api/v1/pods", "istio=ingressgateway")).filter(
    ({ status }) => status?.phase === "Running",
  );
  if (pods.length === 0) return "Skipping Gateway information (no ingress gateway pods)\n";
  const ingresses = await ingressesOf(context, pods);
  const texts = ingresses.length === 0 ? ["Skipping Gateway information (no ingress gateway service)\n"] : [];
  const seen = new Set<string>();
  for (const pod of pods) {
    const dump = await fetchDump(context, pod.metadata);
    for (const service of services) {
      for (const { port } of service.spec?.ports ?? []) {
        const { rule, virtualService, warnings } = await rulesFor(context, dump, service, port);
        texts.push(...warnings);
        if (virtualService === undefined) continue;
        for (const gateway of await gatewaysOf(context, virtualService, seen)) {
          if (typeof gateway === "string") texts.push(gateway);
          else {
            const matching = ingresses.filter((one) =>
              one.pods.some(({ metadata }) => selects(gateway.spec?.selector, metadata.labels)),
            );
            if (matching.length === 0) continue;
            const asked = { service, subsets: subsetsOf(rule, labels), rule, own, indent: 0 };
            texts.push(RULER, ...matching.map(exposedText), virtualServiceText(virtualService, asked));
          }
        }
      }
    }
  }
  return texts.join("");
}

async function ingressesOf(context: ToolContext, pods: readonly Item[]): Promise<readonly Ingress[]> {
  const namespaces = [...new Set(pods.map(({ metadata }) => String(metadata.namespace)))];
  const lists = await Promise.all(namespaces.map((one) => listObjects(context, `/api/v1/namespaces/${one}/services`)));
  return lists.flat().flatMap((service) => {
    const selector = service.spec?.selector ?? {};
    const own = pods.filter(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace &&
        Object.keys(selector).length > 0 &&
        selects(selector, metadata.labels),
    );
    return own.length === 0 ? [] : [{ service, pods: own }];
  });
}

/** The Gateways that a VirtualService names and that nobody has told of yet; text for those that are gone. */
async function gatewaysOf(
  context: ToolContext,
  { metadata, spec }: Item,
  seen: Set<string>,
): Promise<readonly (Item | string)[]> {
  const found: (Item | string)[] = [];
  for (const name of (spec.gateways ?? []) as readonly string[]) {
    if (name === "" || name === "mesh") continue;
    const [first = "", second] = name.split("/");
    const [namespace, own] = second === undefined ? [metadata.namespace, first] : [first, second];
    if (seen.has(`${namespace}/${own}`)) continue;
    const { status, body } = await context.api(
      "GET",
      `/apis/networking.istio.io/v1/namespaces/${namespace}/gateways/${own}`,
    );
    if (status < 300) seen.add(`${namespace}/${own}`);
    const gone = `WARNING: Proxy is stale; it references to non-existent gateway ${namespace}/${own}\n`;
    found.push(status < 300 ? body : gone);
  }
  return found;
}

const SHOWN: ReadonlySet<string> = new Set(["http", "http2"]);

function exposedText({ service, pods }: Ingress): string {
  const ports: readonly Item[] = service.spec?.ports ?? [];
  return ports
    .filter(
      (port) => (port.protocol ?? "TCP") === "TCP" && SHOWN.has(port.name) && targetPort(pods[0], port) !== undefined,
    )
    .map((port) => {
      const scheme = protocolOf(port).startsWith("HTTP") ? "http" : "";
      const suffix = port.port === 80 ? "" : `:${port.port}`;
      return `Exposed on Ingress Gateway ${scheme}://${addressOf(service, pods)}${suffix}\n`;
    })
    .join("");
}

function addressOf({ status }: Item, [pod]: readonly Item[]): string {
  const [first] = status?.loadBalancer?.ingress ?? [];
  return first?.ip ?? pod?.status?.hostIP ?? "unknown";
}
