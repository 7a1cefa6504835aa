import type { ParsedFlags } from "../../flags.ts";
import type { ToolContext } from "../../tool.ts";
import { istioNamespace } from "../istiod.ts";
import { getObject, type Item, listObjects, namespaceOf, splitName } from "../pods.ts";
import { ingressText } from "./ingress.ts";
import { peerAuthenticationText } from "./peer-authentication.ts";
import { servicesText } from "./services.ts";
import { proxyOf, RULER, selects, shortName } from "./text.ts";

/** `istioctl x describe pod NAME`: told bit by bit, so that what is known stands before an error. */
export async function describePod(context: ToolContext, given: ParsedFlags, name: string): Promise<number> {
  const own = await namespaceOf(context, given);
  const named = splitName(name, own);
  const ignoresUnmeshed = given.values.get("ignoreUnmeshed") === "true";
  const pod = await getObject(context, `/api/v1/namespaces/${named.namespace}/pods/${named.name}`);
  context.out(podText(pod, own, ignoresUnmeshed));
  const all = await listObjects(context, `/api/v1/namespaces/${named.namespace}/services`);
  const { labels = {} } = pod.metadata;
  const services = all.filter(
    ({ spec }) => Object.keys(spec?.selector ?? {}).length > 0 && selects(spec.selector, labels),
  );
  if (services.length === 0 && !ignoresUnmeshed) {
    const see = "https://istio.io/docs/setup/kubernetes/additional-setup/requirements/";
    context.out(`Warning: No Kubernetes Services select pod ${shortName(pod.metadata, own)} (see ${see} )\n`);
  }
  context.out(RULER);
  if (proxyOf(pod) !== undefined || !ignoresUnmeshed) {
    context.out(await servicesText(context, pod, services, [labels], own));
  }
  context.out(RULER + (await peerAuthenticationText(context, named.namespace, labels, istioNamespace(given))));
  context.out(await ingressText(context, services, [labels], own));
  return 0;
}

const NEEDED = "https://istio.io/latest/docs/ops/deployment/application-requirements/";
const NAMES = ["service.istio.io/canonical-name", "app.kubernetes.io/name", "app"];
const REVISIONS = ["service.istio.io/canonical-revision", "app.kubernetes.io/version", "version"];

function podText(pod: Item, own: string, ignoresUnmeshed: boolean): string {
  const { metadata, spec = {}, status = {} } = pod;
  const name = shortName(metadata, own);
  const containers: readonly Item[] = spec.containers ?? [];
  const ports = containers.flatMap((container) =>
    ((container.ports ?? []) as readonly Item[]).map(({ containerPort, protocol = "TCP" }) => {
      return `${containerPort}${protocol === "TCP" ? "" : `/${protocol}`} (${container.name})`;
    }),
  );
  const reserved = containers.filter((one) => one.name !== "istio-proxy" && one.securityContext?.runAsUser === 1337);
  const lines = [
    ...reserved.map(() => "WARNING: User ID (UID) 1337 is reserved for the sidecar proxy."),
    `Pod: ${name}`,
    `   Pod Revision: ${revisionOf(metadata)}`,
    ports.length > 0 ? `   Pod Ports: ${ports.join(", ")}` : "   Pod does not expose ports",
  ];
  if (status.phase !== "Running") return text([...lines, `   Pod is not Running (${status.phase})`]);
  const unready = (list: readonly Item[] | undefined, title: string): readonly string[] =>
    (list ?? [])
      .filter(({ ready }) => ready !== true)
      .map((one) => `WARNING: Pod ${name} ${title} ${one.name} NOT READY`);
  lines.push(
    ...unready(status.containerStatuses, "Container"),
    ...unready(status.initContainerStatuses, "Init Container"),
  );
  if (ignoresUnmeshed) return text(lines);
  if (proxyOf(pod) === undefined) return text([...lines, `WARNING: ${name} is not part of mesh; no Istio sidecar`]);
  const has = (labels: readonly string[]): boolean => labels.some((label) => metadata.labels?.[label] !== undefined);
  if (!has(NAMES)) lines.push(`Suggestion: add required service name label for Istio telemetry. See ${NEEDED}.`);
  if (!has(REVISIONS)) {
    lines.push(`Suggestion: add required service revision label for Istio telemetry. See ${NEEDED}.`);
  }
  return text(lines);
}

function text(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** As the injector has noted it. */
function revisionOf({ annotations = {} }: Item): string {
  if (annotations["istio.io/rev"] !== undefined) return annotations["istio.io/rev"];
  try {
    return JSON.parse(annotations["sidecar.istio.io/status"] ?? "{}").revision ?? "";
  } catch {
    return "";
  }
}
