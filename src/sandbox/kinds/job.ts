import { humanDuration, type JsonObject, type KubeObject, parseTime } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME } from "./column.ts";
import { immutable, notNegative, notSupported } from "./field-errors.ts";
import type { AdmissionContext, FieldError } from "./kind.ts";
import { defaultTemplate } from "./pod-spec.ts";
import { hasCondition, listOf } from "./pod-status.ts";
import { randomUid } from "./uid.ts";
import { SELECTED_TEMPLATE_COLUMNS, templateErrors } from "./workload.ts";

const MANY_FAILURES = 2_147_483_647;

export const job: Behaviour = {
  columns: [
    NAME,
    column("Status", jobStatus),
    column("Completions", completions),
    column("Duration", duration),
    AGE,
    ...SELECTED_TEMPLATE_COLUMNS,
  ],
  strategy: {
    defaults,
    prepareCreate,
    validate,
    fieldLabels: { "status.successful": ({ status }) => String(status?.succeeded ?? 0) },
  },
};

function jobStatus(object: KubeObject): string {
  const named = ["Complete", "Failed"].find((type) => hasCondition(object, type));
  if (named !== undefined) return named;
  if (object.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (hasCondition(object, "Suspended")) return "Suspended";
  return ["FailureTarget", "SuccessCriteriaMet"].find((type) => hasCondition(object, type)) ?? "Running";
}

function completions({ spec, status }: KubeObject): string {
  const succeeded = status?.succeeded ?? 0;
  if (typeof spec?.completions === "number") return `${succeeded}/${spec.completions}`;
  return (spec?.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec?.parallelism}` : `${succeeded}/1`;
}

function duration({ status }: KubeObject, now: number): string {
  const start = parseTime(status?.startTime);
  return start === undefined ? "" : humanDuration((parseTime(status?.completionTime) ?? now) - start);
}

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  if (spec.completions !== undefined) spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MANY_FAILURES;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed";
  for (const rule of listOf(spec.podFailurePolicy?.rules)) {
    for (const pattern of listOf(rule.onPodConditions)) pattern.status ??= "True";
  }
  const labels = spec.template?.metadata?.labels;
  if (labels !== undefined && object.metadata.labels === undefined) object.metadata.labels = { ...labels };
  defaultTemplate(spec);
}

/** A job finds its pods by its own uid, under a new and an old label. */
function prepareCreate(object: KubeObject, { random }: AdmissionContext): void {
  const spec: JsonObject = object.spec ?? {};
  if (spec.manualSelector || spec.template === undefined) return;
  object.metadata.uid ??= randomUid(random);
  const { uid, name } = object.metadata;
  spec.selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  spec.template.metadata = { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } };
}

function validate({ spec = {} }: KubeObject, old: KubeObject | undefined): FieldError[] {
  return [
    ...notNegative("spec.parallelism", spec.parallelism),
    ...notNegative("spec.completions", spec.completions),
    ...notNegative("spec.backoffLimit", spec.backoffLimit),
    ...templateErrors(spec.template, "spec.template"),
    ...jobRestartErrors(spec.template, "spec.template"),
    ...(old
      ? [
          ...immutable("spec.completions", spec.completions, old.spec?.completions),
          ...immutable("spec.selector", spec.selector, old.spec?.selector),
          ...immutable("spec.template", spec.template, old.spec?.template),
        ]
      : []),
  ];
}

/** Pods of a job must be able to end. */
export function jobRestartErrors(template: JsonObject | undefined, path: string): FieldError[] {
  const policy = template?.spec?.restartPolicy;
  if (policy === undefined || policy === "Never" || policy === "OnFailure") return [];
  return [notSupported(`${path}.spec.restartPolicy`, policy, ["Never", "OnFailure"])];
}
