import type { KubeObject } from "../objects/index.ts";
import { formatSelector, type JsonObject, matchesLabels, selectorOf } from "../objects/index.ts";
import { column, formatLabels, wide } from "./column.ts";
import { immutable, invalidValue, notNegative, required } from "./field-errors.ts";
import type { Column, FieldError } from "./kind.ts";
import { annotationErrors, labelErrors } from "./metadata-errors.ts";
import { podSpecErrors } from "./pod-spec-errors.ts";
import { listOf } from "./pod-status.ts";

const CONTAINERS = column("Containers", ({ spec }) => joined(spec?.template, "name"));
const IMAGES = column("Images", ({ spec }) => joined(spec?.template, "image"));
const SELECTOR = column("Selector", ({ spec }) =>
  spec?.selector ? formatSelector(selectorOf(spec.selector)) : "<none>",
);

/** The wide columns of kinds with a pod template: containers and images. */
export const TEMPLATE_COLUMNS: readonly Column[] = [wide(CONTAINERS), wide(IMAGES)];
/** The same with the selector. */
export const SELECTED_TEMPLATE_COLUMNS: readonly Column[] = [...TEMPLATE_COLUMNS, wide(SELECTOR)];
/** For replication controllers, whose selector is a plain map. */
export const LABEL_TEMPLATE_COLUMNS: readonly Column[] = [
  ...TEMPLATE_COLUMNS,
  wide(column("Selector", ({ spec }) => formatLabels(spec?.selector))),
];

/** The names or images of a template's containers, comma-joined. */
export function joined(template: JsonObject | undefined, field: "name" | "image"): string {
  return listOf(template?.spec?.containers)
    .map((container) => container[field])
    .join(",");
}

/** What is wrong with a workload that owns pods by selector and template. */
export function workloadErrors(object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec: JsonObject = object.spec ?? {};
  return [
    ...notNegative("spec.replicas", spec.replicas),
    ...notNegative("spec.minReadySeconds", spec.minReadySeconds),
    ...notNegative("spec.revisionHistoryLimit", spec.revisionHistoryLimit),
    ...selectorErrors(spec),
    ...templateErrors(
      spec.template,
      "spec.template",
      listOf(spec.volumeClaimTemplates).map(({ metadata }) => metadata?.name),
    ),
    ...restartPolicyErrors(spec),
    ...(old ? immutable("spec.selector", spec.selector, old.spec?.selector) : []),
  ];
}

/** What is wrong with a pod template; `path` is where it stands. */
export function templateErrors(
  template: JsonObject | undefined,
  path: string,
  claims: readonly unknown[] = [],
): FieldError[] {
  return [
    ...labelErrors(template?.metadata?.labels ?? {}, `${path}.labels`),
    ...annotationErrors(template?.metadata?.annotations ?? {}, `${path}.annotations`),
    ...podSpecErrors(template?.spec ?? {}, `${path}.spec`, claims),
  ];
}

function selectorErrors(spec: JsonObject): FieldError[] {
  if (spec.selector === undefined) return [required("spec.selector")];
  const selector = selectorOf(spec.selector);
  if (selector.length === 0) {
    return [invalidValue("spec.selector", spec.selector, "empty selector is invalid for deployment")];
  }
  const labels = spec.template?.metadata?.labels ?? {};
  if (matchesLabels(selector, labels)) return [];
  return [invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")];
}

function restartPolicyErrors(spec: JsonObject): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy;
  if (policy === undefined || policy === "Always") return [];
  const message = `Unsupported value: ${JSON.stringify(policy)}: supported values: "Always"`;
  return [{ type: "FieldValueNotSupported", field: "spec.template.spec.restartPolicy", message }];
}
