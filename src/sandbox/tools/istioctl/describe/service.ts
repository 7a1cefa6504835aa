import type { ParsedFlags } from "../../flags.ts";
import type { ToolContext } from "../../tool.ts";
import { getObject, type Item, listObjects, namespaceOf, splitName } from "../pods.ts";
import { ingressText } from "./ingress.ts";
import { servicesText } from "./services.ts";
import { shortName } from "./text.ts";

/** `istioctl x describe service NAME`: by the proxy of its first pod that has one. */
export async function describeService(context: ToolContext, given: ParsedFlags, name: string): Promise<number> {
  const own = await namespaceOf(context, given);
  const named = splitName(name, own);
  const service = await getObject(context, `/api/v1/namespaces/${named.namespace}/services/${named.name}`);
  const selector = Object.entries(service.spec?.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  const at = `/api/v1/namespaces/${named.namespace}/pods`;
  const pods = selector.length === 0 ? [] : await listObjects(context, at, selector.join(","));
  const title = shortName(service.metadata, own);
  if (pods.length === 0) {
    context.out(`Service "${title}" has no pods.\n`);
    return 0;
  }
  const meshed = pods.filter((pod) => {
    const problem = problemOf(pod, own);
    if (problem !== undefined) context.out(problem);
    return problem === undefined;
  });
  const [first] = meshed;
  if (first === undefined) {
    context.out(`Service "${title}" has no Istio pods.  (${pods.length} pods in service).\n`);
    context.out("Use `istioctl kube-inject` or redeploy with Istio automatic sidecar injection.\n");
    return 0;
  }
  const labels = meshed.map(({ metadata }) => metadata.labels ?? {});
  context.out(await servicesText(context, first, [service], labels, own));
  context.out(await ingressText(context, [service], labels, own));
  return 0;
}

/** Why a pod's proxy cannot be asked; undefined: it can. */
function problemOf({ metadata, status = {} }: Item, own: string): string | undefined {
  if (status.phase !== "Running") return `   Pod is not Running (${status.phase})\n`;
  const name = shortName(metadata, own);
  const all: readonly Item[] = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  const proxy = all.find((one) => one.name === "istio-proxy");
  if (proxy === undefined) return `Pod ${name}: no container "istio-proxy" in pod\n`;
  return proxy.ready === true ? undefined : `WARNING: Pod ${name} Container istio-proxy NOT READY\n`;
}
