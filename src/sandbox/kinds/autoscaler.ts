import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, NONE, numberColumn, UNKNOWN, UNSET } from "./column.ts";
import { invalidValue } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { listOf } from "./pod-status.ts";

const SHOWN_METRICS = 2;
const DEFAULT_METRIC = {
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
};

export const autoscaler: Behaviour = {
  columns: columnsWith(({ spec, status }) => targets(listOf(spec?.metrics), listOf(status?.currentMetrics))),
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      object.spec.minReplicas ??= 1;
      object.spec.metrics ??= [structuredClone(DEFAULT_METRIC)];
    },
    validate,
    fromOtherVersion: withMetrics,
  },
};

/** autoscaling/v1 knows the processor alone. */
export const processorAutoscaler: Behaviour = {
  columns: columnsWith(({ spec, status }) => {
    const wanted = spec?.targetCPUUtilizationPercentage;
    const now = status?.currentCPUUtilizationPercentage;
    return wanted === undefined ? NONE : `cpu: ${now === undefined ? UNKNOWN : `${now}%`}/${wanted}%`;
  }),
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      object.spec.minReplicas ??= 1;
      object.spec.targetCPUUtilizationPercentage ??= 80;
    },
    validate,
    fromOtherVersion: withPercentage,
  },
};

/** What upstream keeps of v2 in a v1 object (an annotation with the other metrics) is not kept here. */
function withPercentage(object: KubeObject): KubeObject {
  const { metrics, behavior: _, ...spec } = object.spec ?? {};
  const wanted = listOf(metrics).find(isProcessor)?.resource.target.averageUtilization;
  const { currentMetrics, conditions: __, ...status } = object.status ?? {};
  const now = listOf(currentMetrics).find(isProcessor)?.resource.current?.averageUtilization;
  return {
    ...object,
    spec: { ...spec, ...(wanted !== undefined && { targetCPUUtilizationPercentage: wanted }) },
    status: { ...status, ...(now !== undefined && { currentCPUUtilizationPercentage: now }) },
  };
}

function withMetrics(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: wanted, ...spec } = object.spec ?? {};
  if (wanted === undefined) return object;
  const target = { type: "Utilization", averageUtilization: wanted };
  return { ...object, spec: { ...spec, metrics: [{ type: "Resource", resource: { name: "cpu", target } }] } };
}

function isProcessor(metric: JsonObject): boolean {
  return metric.type === "Resource" && metric.resource?.name === "cpu";
}

function columnsWith(cell: (object: KubeObject) => string) {
  return [
    NAME,
    column("Reference", ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ""}/${spec?.scaleTargetRef?.name ?? ""}`),
    column("Targets", cell),
    column("MinPods", ({ spec }) => spec?.minReplicas ?? UNSET),
    numberColumn("MaxPods", ({ spec }) => spec?.maxReplicas),
    numberColumn("Replicas", ({ status }) => status?.currentReplicas),
    AGE,
  ];
}

function targets(metrics: readonly JsonObject[], current: readonly JsonObject[]): string {
  if (metrics.length === 0) return NONE;
  const shown = metrics.slice(0, SHOWN_METRICS).map((metric, index) => target(metric, current[index] ?? {}));
  const more = metrics.length - SHOWN_METRICS;
  return shown.join(", ") + (more > 0 ? ` + ${more} more...` : "");
}

/** The metric's own body stands under its type: Resource → resource, ContainerResource → containerResource. */
function target(metric: JsonObject, current: JsonObject): string {
  const field = `${String(metric.type).charAt(0).toLowerCase()}${String(metric.type).slice(1)}`;
  const wanted: JsonObject = metric[field]?.target ?? {};
  const now: JsonObject = current[field]?.current ?? {};
  const label = metric[field]?.name ? `${metric[field].name}: ` : "";
  if (wanted.averageUtilization !== undefined) {
    return `${label}${percent(now.averageUtilization)}/${percent(wanted.averageUtilization)}`;
  }
  if (wanted.averageValue !== undefined) {
    const suffix = label ? "" : " (avg)";
    return `${label}${now.averageValue ?? UNKNOWN}/${wanted.averageValue}${suffix}`;
  }
  return `${label}${now.value ?? UNKNOWN}/${wanted.value ?? UNKNOWN}`;
}

function percent(value: unknown): string {
  return value === undefined ? UNKNOWN : `${value}%`;
}

function validate({ spec = {} }: KubeObject): FieldError[] {
  const { minReplicas = 1, maxReplicas } = spec;
  return [
    ...(minReplicas < 1 ? [invalidValue("spec.minReplicas", minReplicas, "must be greater than or equal to 1")] : []),
    ...(!(maxReplicas >= 1) ? [invalidValue("spec.maxReplicas", maxReplicas ?? 0, "must be greater than 0")] : []),
    ...(maxReplicas < minReplicas
      ? [invalidValue("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`")]
      : []),
  ];
}
