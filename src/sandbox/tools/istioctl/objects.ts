import type { Component } from "../../istio/index.ts";
import type { ToolContext } from "../tool.ts";
import { Failure } from "./failure.ts";

type Item = Component["objects"][number];

/** What an installation is made of, in the order in which it is removed: where the API has it, whether in a namespace. */
const KINDS: readonly (readonly [kind: string, at: string, isNamespaced: boolean])[] = [
  ["HorizontalPodAutoscaler", "apis/autoscaling/v2|horizontalpodautoscalers", true],
  ["Deployment", "apis/apps/v1|deployments", true],
  ["Service", "api/v1|services", true],
  ["ConfigMap", "api/v1|configmaps", true],
  ["ServiceAccount", "api/v1|serviceaccounts", true],
  ["RoleBinding", "apis/rbac.authorization.k8s.io/v1|rolebindings", true],
  ["Role", "apis/rbac.authorization.k8s.io/v1|roles", true],
  ["MutatingWebhookConfiguration", "apis/admissionregistration.k8s.io/v1|mutatingwebhookconfigurations", false],
  ["ValidatingWebhookConfiguration", "apis/admissionregistration.k8s.io/v1|validatingwebhookconfigurations", false],
  ["ClusterRole", "apis/rbac.authorization.k8s.io/v1|clusterroles", false],
  ["ClusterRoleBinding", "apis/rbac.authorization.k8s.io/v1|clusterrolebindings", false],
  ["CustomResourceDefinition", "apis/apiextensions.k8s.io/v1|customresourcedefinitions", false],
];

/** The labels by which an installation finds its objects again. */
export function managed(object: Item, component: string, version: string): Item {
  const labels = {
    ...object.metadata.labels,
    "install.operator.istio.io/owning-resource": "unknown",
    "operator.istio.io/component": component,
    "operator.istio.io/managed": "Reconcile",
    "operator.istio.io/version": version,
  };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Where the API has an object. */
export function pathOf({ kind, metadata }: Pick<Item, "kind" | "metadata">): string {
  const [, at = "", isNamespaced] = KINDS.find(([one]) => one === kind) ?? [];
  const [group, plural] = at.split("|");
  return `/${group}${isNamespaced ? `/namespaces/${metadata.namespace}` : ""}/${plural}/${metadata.name}`;
}

/** Server-side apply, as istioctl does it. Throws `Failure` for what the API refuses. */
export async function apply(context: ToolContext, object: Item): Promise<void> {
  const query = "fieldManager=istio-operator&force=true";
  const { status, body } = await context.api(
    "PATCH",
    `${pathOf(object)}?${query}`,
    object,
    "application/apply-patch+yaml",
  );
  if (status < 300) return;
  const { kind, metadata } = object;
  const name = `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
  throw new Failure(`failed to update resource with server-side apply for obj ${name}: ${body.message}`);
}

/** The object as it is; undefined when there is none. */
export async function find(context: ToolContext, path: string): Promise<Item | undefined> {
  const { status, body } = await context.api("GET", path);
  if (status === 404) return undefined;
  if (status >= 300) throw new Failure(String(body.message));
  return body;
}

/** All objects of installations that a label selector chooses, in the order in which they are removed. */
export async function installed(context: ToolContext, selector: string): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (const [kind, at] of KINDS) {
    const list = await find(context, `/${at.replace("|", "/")}?labelSelector=${encodeURIComponent(selector)}`);
    const items = (list?.items ?? []) as readonly Item[];
    found.push(...items.map((item) => ({ ...item, kind })));
  }
  return found;
}

/** Removes an object, and says so. One that is gone is no fault. */
export async function remove(context: ToolContext, object: Item): Promise<void> {
  const { status, body } = await context.api("DELETE", `${pathOf(object)}?propagationPolicy=Background`);
  if (status === 404) return;
  if (status >= 300) throw new Failure(String(body.message));
  const { kind, metadata } = object;
  context.out(`  Removed ${kind}:${metadata.namespace ?? ""}:${metadata.name}.\n`);
}
