import { deepCopy, deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, NONE, orElse, wide } from "./column.ts";
import { forbiddenField } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { admitPod, qosClass } from "./pod-admission.ts";
import { ephemeralContainers, resize } from "./pod-parts.ts";
import { containersOf, defaultPodOnly, defaultPodSpec } from "./pod-spec.ts";
import { podSpecErrors } from "./pod-spec-errors.ts";
import { hasCondition, isFinished, listOf, podStatus } from "./pod-status.ts";

const CHANGEABLE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
  "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

export const pod: Behaviour = {
  columns: [
    NAME,
    column("Ready", (object, now) => {
      const { ready, total } = podStatus(object, now);
      return `${ready}/${total}`;
    }),
    column("Status", (object, now) => podStatus(object, now).status),
    column("Restarts", (object, now) => podStatus(object, now).restarts),
    AGE,
    wide(column("IP", ({ status }) => orElse(status?.podIPs?.[0]?.ip ?? status?.podIP))),
    wide(column("Node", ({ spec }) => orElse(spec?.nodeName))),
    wide(column("Nominated Node", ({ status }) => orElse(status?.nominatedNodeName))),
    wide(column("Readiness Gates", readinessGates)),
  ],
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      defaultPodSpec(object.spec);
      defaultPodOnly(object.spec);
    },
    admitCreate: (object, ctx) => admitPod(object, ctx.random),
    prepareCreate: (object) => {
      object.status = { phase: "Pending", qosClass: qosClass(object.spec ?? {}) };
    },
    parts: { ephemeralcontainers: ephemeralContainers, resize },
    validate: (object, old) => (old ? changeErrors(object, old) : createErrors(object)),
    fieldLabels: {
      "spec.hostNetwork": ({ spec }) => String(spec?.hostNetwork === true),
      "spec.nodeName": ({ spec }) => spec?.nodeName ?? "",
      "spec.restartPolicy": ({ spec }) => spec?.restartPolicy ?? "",
      "spec.schedulerName": ({ spec }) => spec?.schedulerName ?? "",
      "spec.serviceAccountName": ({ spec }) => spec?.serviceAccountName ?? "",
      "status.nominatedNodeName": ({ status }) => status?.nominatedNodeName ?? "",
      "status.phase": ({ status }) => status?.phase ?? "",
      "status.podIP": ({ status }) => status?.podIP ?? "",
      "status.podIPs": ({ status }) => status?.podIP ?? "",
    },
    gracefulDelete: graceSeconds,
  },
};

function createErrors({ spec = {} }: KubeObject): FieldError[] {
  return [
    ...podSpecErrors(spec, "spec"),
    ...(spec.ephemeralContainers ? [forbiddenField("spec.ephemeralContainers", "cannot be set on create")] : []),
  ];
}

/** How long a pod may take to end, in seconds. One that never ran, or has ended, goes at once. */
function graceSeconds({ spec, status, metadata }: KubeObject, options: JsonObject): number {
  if (!spec?.nodeName || isFinished({ spec, status, metadata } as KubeObject)) return 0;
  return Math.max(0, options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30);
}

function readinessGates(object: KubeObject): string {
  const gates = listOf(object.spec?.readinessGates);
  if (gates.length === 0) return NONE;
  return `${gates.filter(({ conditionType }) => hasCondition(object, conditionType)).length}/${gates.length}`;
}

/** The specs must be equal but for what may change. Binding a pod to a node is the scheduler's way of changing it. */
function changeErrors(next: KubeObject, old: KubeObject): FieldError[] {
  const fixed = (object: KubeObject): JsonObject => {
    const spec: JsonObject = deepCopy(object.spec ?? {});
    for (const container of containersOf(spec)) delete container.image;
    for (const field of ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"]) delete spec[field];
    if (!old.spec?.nodeName) delete spec.nodeName;
    return spec;
  };
  return deepEqual(fixed(next), fixed(old)) ? [] : [forbiddenField("spec", CHANGEABLE)];
}
