import { type Analyzer, annotationsOf, type Finding, fullName, labelsOf, type World } from "../world.ts";

const INJECTION = "istio-injection";
const REVISION = "istio.io/rev";
const MODE = "istio.io/dataplane-mode";
const INJECT = "sidecar.istio.io/inject";

/** Namespaces that are not injected, and pods of injected ones without a proxy. */
export const injection: Analyzer = {
  name: "injection.Analyzer",
  description: "Checks conditions related to Istio sidecar injection",
  inputs: ["Namespace", "Pod", "ConfigMap"],
  analyze: function* (world) {
    const injected = new Set<string>();
    for (const resource of world.list("Namespace")) {
      const { name } = resource;
      if (name === "istio-system") continue;
      const labels = labelsOf(resource);
      const own = labels[INJECTION];
      const kinds = [INJECTION, REVISION, MODE]
        .filter((key) => labels[key] !== undefined)
        .filter((key) => key === INJECTION || own === undefined || own === "enabled")
        .map((key) => `${key}=${labels[key]}`);
      if (kinds.length > 1) yield { code: "IST0123", resource, parameters: [kinds] };
      if (labels[MODE] === "ambient") continue;
      if (!own && labels[REVISION] === undefined) {
        if (isEnabledByDefault(world)) yield { code: "IST0148", resource, parameters: [] };
        else yield { code: "IST0102", resource, parameters: [name, name], field: ["metadata", "name"] };
      } else if (own === "enabled") injected.add(name);
    }
    yield* missing(world, injected);
  },
};

function isEnabledByDefault(world: World): boolean {
  const values = world.find("ConfigMap", "istio-system", "istio-sidecar-injector")?.object.data?.values;
  try {
    return JSON.parse(values ?? "{}").sidecarInjectorWebhook?.enableNamespacesByDefault === true;
  } catch {
    return false;
  }
}

function* missing(world: World, injected: ReadonlySet<string>): Iterable<Finding> {
  for (const resource of world.list("Pod")) {
    const { namespace, object } = resource;
    const wish = labelsOf(resource)[INJECT] ?? annotationsOf(resource)[INJECT] ?? "";
    if (!injected.has(namespace) || wish.toLowerCase() === "false" || object.spec?.hostNetwork) continue;
    const containers = [...(object.spec?.containers ?? []), ...(object.spec?.initContainers ?? [])];
    const hasProxy = containers.some(({ name, image }) => name === "istio-proxy" && image);
    if (!hasProxy) yield { code: "IST0103", resource, parameters: [fullName(resource)] };
  }
}
