import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, CREATED_AT, column, NAME } from "./column.ts";
import { definitionErrors } from "./definition-errors.ts";
import { listOf } from "./pod-status.ts";

export const customResourceDefinition: Behaviour = {
  columns: [NAME, CREATED_AT],
  strategy: { defaults, validate: definitionErrors },
};

export const apiService: Behaviour = {
  columns: [
    NAME,
    column("Service", ({ spec }) => (spec?.service ? `${spec.service.namespace}/${spec.service.name}` : "Local")),
    column("Available", ({ status }) =>
      availability(listOf(status?.conditions).find(({ type }) => type === "Available")),
    ),
    AGE,
  ],
};

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  spec.names ??= {};
  if (spec.names.kind) {
    spec.names.singular ||= spec.names.kind.toLowerCase();
    spec.names.listKind ||= `${spec.names.kind}List`;
  }
  spec.conversion ??= {};
  spec.conversion.strategy ||= "None";
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
}

function availability(condition: JsonObject | undefined): string {
  if (condition === undefined) return "Unknown";
  return condition.status === "True" ? "True" : `${condition.status} (${condition.reason})`;
}
