import { type Analyzer, fullName, type Message, type Resource, report, type World } from "../model.ts";
import { INJECTION, injectorName, injectorValues, proxyOf, REVISION } from "../pods.ts";

const DATAPLANE = "istio.io/dataplane-mode";
const INJECT = "sidecar.istio.io/inject";

/** Namespaces that say nothing of injection, or too much, and pods that have missed it. */
export const injection: Analyzer = {
  name: "injection.Analyzer",
  description: "Checks conditions related to Istio sidecar injection",
  inputs: ["Namespace", "Pod", "ConfigMap"],
  *analyze(world) {
    const injected = new Set<string>();
    for (const namespace of world.list("Namespace")) {
      if (namespace.name === "istio-system") continue;
      yield* judged(namespace, world);
      const isAmbient = namespace.labels[DATAPLANE] === "ambient";
      const label = namespace.labels[INJECTION];
      // Only this label's namespaces are looked into: those of a revision are not, upstream either.
      if (!isAmbient && label === "enabled") injected.add(namespace.name);
    }
    for (const pod of world.list("Pod").filter((one) => injected.has(one.namespace))) {
      const asked = pod.labels[INJECT] ?? pod.annotations[INJECT] ?? "";
      const isExempt = asked.toLowerCase() === "false" || pod.spec.hostNetwork === true;
      if (!isExempt && !proxyOf(pod.spec)?.image) yield report(pod, "PodMissingProxy", [fullName(pod)]);
    }
  },
};

function* judged(namespace: Resource, world: World): Iterable<Message> {
  const { labels, name } = namespace;
  const own = labels[INJECTION];
  const more = [REVISION, DATAPLANE].filter(
    (key) => labels[key] !== undefined && (own === undefined || own === "enabled"),
  );
  const told = [...(own === undefined ? [] : [INJECTION]), ...more].map((key) => `${key}=${labels[key]}`);
  if (told.length > 1) yield report(namespace, "NamespaceMultipleInjectionLabels", [told]);
  if (labels[DATAPLANE] === "ambient" || own || labels[REVISION] !== undefined) return;
  const injector = world.list("ConfigMap").find((one) => one.name === injectorName(undefined));
  const values = injector === undefined ? undefined : injectorValues(injector);
  if (values?.sidecarInjectorWebhook?.enableNamespacesByDefault === true)
    yield report(namespace, "NamespaceInjectionEnabledByDefault");
  else yield report(namespace, "NamespaceNotInjected", [name, name], "metadata.name");
}
