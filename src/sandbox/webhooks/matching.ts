import type { AdmissionWrite } from "../api/index.ts";
import { type JsonObject, matchesLabels, SelectorError, selectorOf } from "../objects/index.ts";
import type { Store } from "../store/index.ts";

const CONFIGURATIONS = new Set(["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]);
const GROUP = "admissionregistration.k8s.io";

/** Whether a webhook asks for a write: by its rules and both of its selectors. */
export function wants(
  store: Pick<Store, "get">,
  webhook: JsonObject,
  { kind, operation, object, old, subresource = "" }: AdmissionWrite,
): boolean {
  // A webhook that judges webhooks could lock everyone out.
  if (kind.group === GROUP && CONFIGURATIONS.has(kind.plural)) return false;
  const rules: readonly JsonObject[] = webhook.rules ?? [];
  const isRuled = rules.some(
    (rule) =>
      has(rule.operations, operation) &&
      has(rule.apiGroups, kind.group) &&
      // matchPolicy Equivalent, the default: any version of the resource.
      (webhook.matchPolicy !== "Exact" || has(rule.apiVersions, kind.version)) &&
      ((rule.resources ?? []) as readonly string[]).some((one) => isAbout(one, kind.plural, subresource)) &&
      inScope(rule.scope, kind.namespaced),
  );
  if (!isRuled) return false;
  const versions = [object, ...(old ? [old] : [])];
  if (!versions.some(({ metadata }) => selects(webhook.objectSelector, metadata.labels))) return false;
  if (kind.group === "" && kind.plural === "namespaces")
    return selects(webhook.namespaceSelector, object.metadata.labels);
  const { namespace } = object.metadata;
  if (namespace === undefined) return true;
  return selects(webhook.namespaceSelector, store.get("/namespaces", undefined, namespace)?.metadata.labels);
}

/** `pods` and `*` are about objects alone, `pods/*` about them and all that is below. */
function isAbout(rule: string, plural: string, subresource: string): boolean {
  const [resource = "", below = ""] = rule.split("/");
  return ["*", plural].includes(resource) && ["*", subresource].includes(below);
}

function inScope(scope: string = "*", namespaced: boolean): boolean {
  return scope === "*" || (scope === "Namespaced") === namespaced;
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((one) => one === "*" || one === value) ?? false;
}

function selects(selector: JsonObject | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  try {
    return matchesLabels(selectorOf(selector ?? {}), labels);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}
