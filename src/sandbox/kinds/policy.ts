import type { JsonObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, CREATED_AT, column, NAME, numberColumn } from "./column.ts";
import { invalidValue } from "./field-errors.ts";
import { listOf } from "./pod-status.ts";

const UNSET_SIDE = "N/A";
const LIMIT_PREFIX = "limits.";

export const disruptionBudget: Behaviour = {
  columns: [
    NAME,
    column("Min Available", ({ spec }) => String(spec?.minAvailable ?? UNSET_SIDE)),
    column("Max Unavailable", ({ spec }) => String(spec?.maxUnavailable ?? UNSET_SIDE)),
    numberColumn("Allowed Disruptions", ({ status }) => status?.disruptionsAllowed),
    AGE,
  ],
  strategy: {
    validate: ({ spec }) =>
      spec?.minAvailable !== undefined && spec.maxUnavailable !== undefined
        ? [invalidValue("spec", spec, "minAvailable and maxUnavailable cannot be both set")]
        : [],
  },
};

export const resourceQuota: Behaviour = {
  columns: [
    NAME,
    column("Request", ({ status }) => amounts(status, (name) => !name.startsWith(LIMIT_PREFIX))),
    column("Limit", ({ status }) => amounts(status, (name) => name.startsWith(LIMIT_PREFIX))),
    AGE,
  ],
};

export const limitRange: Behaviour = {
  columns: [NAME, CREATED_AT],
  strategy: {
    defaults: ({ spec }) => {
      for (const limit of listOf(spec?.limits)) if (limit.type === "Container") defaultLimit(limit);
    },
  },
};

function amounts(status: JsonObject | undefined, belongs: (name: string) => boolean): string {
  return Object.entries(status?.hard ?? {})
    .filter(([name]) => belongs(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? 0}/${hard}`)
    .join(", ");
}

function defaultLimit(limit: JsonObject): void {
  const most = { ...limit.max, ...limit.default };
  if (Object.keys(most).length > 0) limit.default = most;
  const requests = { ...limit.min, ...most, ...limit.defaultRequest };
  if (Object.keys(requests).length > 0) limit.defaultRequest = requests;
}
