import type { JsonObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, numberColumn, UNSET } from "./column.ts";
import { listOf } from "./pod-status.ts";

const WEBHOOK_SECONDS = 10;
const COLUMNS = [NAME, numberColumn("Webhooks", ({ webhooks }) => listOf(webhooks).length), AGE];

export const validatingWebhooks: Behaviour = {
  columns: COLUMNS,
  strategy: {
    defaults: ({ webhooks }) => {
      for (const webhook of listOf(webhooks)) defaultWebhook(webhook);
    },
  },
};

export const mutatingWebhooks: Behaviour = {
  columns: COLUMNS,
  strategy: {
    defaults: ({ webhooks }) => {
      for (const webhook of listOf(webhooks)) {
        defaultWebhook(webhook);
        webhook.reinvocationPolicy ??= "Never";
      }
    },
  },
};

export const admissionPolicy: Behaviour = {
  columns: [
    NAME,
    numberColumn("Validations", ({ spec }) => spec?.validations?.length),
    column("ParamKind", ({ spec }) =>
      spec?.paramKind ? `${spec.paramKind.apiVersion}/${spec.paramKind.kind}` : UNSET,
    ),
    AGE,
  ],
};

export const admissionPolicyBinding: Behaviour = {
  columns: [
    NAME,
    column("PolicyName", ({ spec }) => spec?.policyName ?? ""),
    column("ParamRef", ({ spec }) => parameter(spec?.paramRef)),
    AGE,
  ],
};

function defaultWebhook(webhook: JsonObject): void {
  webhook.failurePolicy ??= "Fail";
  webhook.matchPolicy ??= "Equivalent";
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= WEBHOOK_SECONDS;
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
  for (const rule of listOf(webhook.rules)) rule.scope ??= "*";
}

function parameter(reference: JsonObject | undefined): string {
  if (reference === undefined) return UNSET;
  if (!reference.name) return "*";
  return reference.namespace ? `${reference.namespace}/${reference.name}` : reference.name;
}
