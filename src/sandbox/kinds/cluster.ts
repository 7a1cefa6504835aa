import { deepCopy, humanDuration, type JsonObject, type KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, capitalised, column, formatLabels, NAME, NONE, numberColumn, orElse } from "./column.ts";
import { forbiddenField, invalidValue } from "./field-errors.ts";
import type { PartStrategy } from "./kind.ts";
import { listOf } from "./pod-status.ts";
import { joined } from "./workload.ts";

/** Small kinds of the cluster's own workings: a row of columns each, and nothing else of their own. */

export const lease: Behaviour = { columns: [NAME, column("Holder", ({ spec }) => spec?.holderIdentity ?? ""), AGE] };

export const runtimeClass: Behaviour = {
  columns: [NAME, column("Handler", ({ handler }) => String(handler ?? "")), AGE],
};

export const priorityClass: Behaviour = {
  columns: [
    NAME,
    numberColumn("Value", ({ value }) => Number(value ?? 0)),
    column("Global-Default", ({ globalDefault }) => String(globalDefault === true)),
    AGE,
    column("PreemptionPolicy", ({ preemptionPolicy }) => String(preemptionPolicy ?? "PreemptLowerPriority")),
  ],
  strategy: {
    defaults: (object) => {
      object.preemptionPolicy ??= "PreemptLowerPriority";
    },
  },
};

export const podTemplate: Behaviour = {
  columns: [
    NAME,
    column("Containers", ({ template }) => joined(template as JsonObject, "name")),
    column("Images", ({ template }) => joined(template as JsonObject, "image")),
    column("Pod Labels", ({ template }) => formatLabels((template as JsonObject | undefined)?.metadata?.labels)),
  ],
};

export const componentStatus: Behaviour = {
  columns: [
    NAME,
    column("Status", (object) => (healthOf(object).status === "True" ? "Healthy" : "Unhealthy")),
    column("Message", (object) => healthOf(object).message ?? ""),
    column("Error", (object) => healthOf(object).error ?? ""),
  ],
};

/** `kubectl certificate approve`: what was decided stays decided. */
const approval: PartStrategy = {
  take: (next, from) => {
    next.status = { ...next.status, conditions: deepCopy(from.status?.conditions ?? []) };
  },
  validate: (next, old) => {
    const has = (object: KubeObject, type: string): boolean =>
      listOf(object.status?.conditions).some((condition) => condition.type === type);
    const path = "status.conditions";
    return [
      ...["Approved", "Denied", "Failed"]
        .filter((type) => has(old, type) && !has(next, type))
        .map((type) => forbiddenField(path, `updates may not remove a condition of type ${JSON.stringify(type)}`)),
      ...(has(next, "Approved") && has(next, "Denied")
        ? [invalidValue(path, "Denied", "Approved and Denied conditions are mutually exclusive")]
        : []),
    ];
  },
};

export const signingRequest: Behaviour = {
  columns: [
    NAME,
    AGE,
    column("SignerName", ({ spec }) => orElse(spec?.signerName)),
    column("Requestor", ({ spec }) => spec?.username ?? ""),
    column("RequestedDuration", ({ spec }) =>
      spec?.expirationSeconds === undefined ? NONE : humanDuration(spec.expirationSeconds * 1000),
    ),
    column("Condition", signingState),
  ],
  strategy: {
    fieldLabels: { "spec.signerName": ({ spec }) => spec?.signerName ?? "" },
    parts: { approval },
  },
};

export const flowSchema: Behaviour = {
  columns: [
    NAME,
    column("PriorityLevel", ({ spec }) => orElse(spec?.priorityLevelConfiguration?.name)),
    numberColumn("MatchingPrecedence", ({ spec }) => spec?.matchingPrecedence),
    column("DistinguisherMethod", ({ spec }) => orElse(spec?.distinguisherMethod?.type)),
    AGE,
    column("MissingPL", ({ status }) => {
      const dangling = listOf(status?.conditions).find(({ type }) => type === "Dangling");
      return dangling ? capitalised(dangling.status === "True") : "?";
    }),
  ],
};

export const priorityLevel: Behaviour = {
  columns: [
    NAME,
    column("Type", ({ spec }) => spec?.type ?? ""),
    column("NominalConcurrencyShares", ({ spec }) => orElse((spec?.limited ?? spec?.exempt)?.nominalConcurrencyShares)),
    column("Queues", (object) => queuing(object, "queues")),
    column("HandSize", (object) => queuing(object, "handSize")),
    column("QueueLengthLimit", (object) => queuing(object, "queueLengthLimit")),
    AGE,
  ],
};

function healthOf(object: KubeObject): JsonObject {
  return listOf(object.conditions).find(({ type }) => type === "Healthy") ?? {};
}

function signingState({ status }: KubeObject): string {
  const types = listOf(status?.conditions).map(({ type }) => type);
  const decided = types.includes("Denied") ? "Denied" : types.includes("Approved") ? "Approved" : "Pending";
  return [decided, ...(types.includes("Failed") ? ["Failed"] : []), ...(status?.certificate ? ["Issued"] : [])].join(
    ",",
  );
}

function queuing({ spec }: KubeObject, field: string): string {
  return orElse(spec?.limited?.limitResponse?.queuing?.[field]);
}
