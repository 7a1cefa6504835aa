import { type JsonObject, type KubeObject, matchesLabels, SelectorError, selectorOf } from "../../objects/index.ts";

/** Namespaces of the system, which are never injected. */
const IGNORED = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage"]);
const INJECT = "sidecar.istio.io/inject";
/** What YAML 1.1 takes for true. */
const TRUE = new Set(["y", "yes", "true", "on"]);

/**
 * Whether a pod that the webhook was asked for is injected: never on the host's network, then by the pod's own word (its
 * label before its annotation), then by the injector's selectors, then by its policy. The rule: istio's `injectRequired`.
 */
export function isInjected({ metadata, spec }: KubeObject, config: JsonObject): boolean {
  if (spec?.hostNetwork === true || IGNORED.has(metadata.namespace ?? "")) return false;
  const { annotations = {}, labels = {} } = metadata;
  const word = (labels[INJECT] ?? annotations[INJECT] ?? "").toLowerCase();
  if (word !== "") return TRUE.has(word);
  if (anyMatches(config.neverInjectSelector, labels)) return false;
  if (anyMatches(config.alwaysInjectSelector, labels)) return true;
  return config.policy === "enabled";
}

/** An empty selector, and one that nobody can read, match nothing here. */
function anyMatches(selectors: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!Array.isArray(selectors)) return false;
  return selectors.some((selector: JsonObject) => {
    if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) return false;
    try {
      return matchesLabels(selectorOf(selector), labels);
    } catch (error) {
      if (error instanceof SelectorError) return false;
      throw error;
    }
  });
}
