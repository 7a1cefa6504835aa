import { type Analyzer, type Item, items, report } from "../model.ts";
import { matchesSelector } from "../selectors.ts";

/** The image `auto` is for the injector to replace: here are those that none replaces. */
export const injectionImageAuto: Analyzer = {
  name: "injection.ImageAutoAnalyzer",
  description: "Makes sure that Pods and Deployments with `image: auto` are going to be injected",
  inputs: ["Namespace", "Pod", "Deployment", "MutatingWebhookConfiguration"],
  *analyze(world) {
    const hooks = world
      .list("MutatingWebhookConfiguration")
      .flatMap(({ object }) => items(object.webhooks))
      .filter(({ name }) => String(name).endsWith("istio.io"));
    for (const pod of world.list("Pod"))
      if (isAuto(pod.spec)) yield report(pod, "ImageAutoWithoutInjectionError", ["Pod", pod.name]);
    for (const deployment of world.list("Deployment")) {
      const { metadata, spec } = deployment.spec.template ?? {};
      if (!isAuto(spec)) continue;
      const namespace = world.find("Namespace", "", deployment.namespace || "default")?.labels ?? {};
      const isInjected = hooks.some(
        (one) =>
          matchesSelector(one.namespaceSelector, namespace) &&
          matchesSelector(one.objectSelector, metadata?.labels ?? {}),
      );
      if (!isInjected) yield report(deployment, "ImageAutoWithoutInjectionWarning", ["Deployment", deployment.name]);
    }
  },
};

function isAuto(spec: Item): boolean {
  return items(spec?.containers).some(({ name, image }) => name === "istio-proxy" && image === "auto");
}
