import { type Analyzer, grouped, type Resource, report, type World } from "../model.ts";
import { INJECTION, injectorName, injectorValues, proxyOf, REVISION } from "../pods.ts";

/** Proxies of another version than new pods would get. */
export const injectionImage: Analyzer = {
  name: "injection.ImageAnalyzer",
  description: "Checks the image of auto-injection configured with the running proxies on pods",
  inputs: ["Namespace", "Pod", "ConfigMap"],
  *analyze(world) {
    const stale = world.list("Pod").filter((one) => isStale(one, world));
    for (const [name, pods] of grouped(stale, (one) => one.namespace)) {
      const namespace = world.find("Namespace", "", name);
      const names = pods.map((one) => one.name);
      if (namespace !== undefined) yield report(namespace, "PodsIstioProxyImageMismatchInNamespace", [names]);
    }
  },
};

function isStale({ annotations, namespace, spec }: Resource, world: World): boolean {
  const labels = world.find("Namespace", "", namespace)?.labels ?? {};
  const revision = labels[REVISION] ?? (labels[INJECTION] === "enabled" ? "default" : undefined);
  const image = proxyOf(spec)?.image;
  if (revision === undefined || image === undefined || annotations["sidecar.istio.io/proxyImage"]) return false;
  const injector = world.list("ConfigMap").find((one) => one.name === injectorName(revision));
  if (injector === undefined) return false;
  const { hub, proxy, tag } = injectorValues(injector)?.global ?? {};
  const wanted = String(proxy?.image).includes("/") ? proxy.image : `${hub}/${proxy?.image}:${tag}`;
  const variant = annotations["proxy.istio.io/config"]?.match(/imageType:\s*"?([\w-]+)/)?.[1];
  const type = variant ?? world.mesh.defaultConfig?.image?.imageType ?? "";
  return image !== wanted && image !== `${wanted}-${type}`;
}
