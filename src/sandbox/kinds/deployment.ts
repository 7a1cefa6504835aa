import type { KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, numberColumn } from "./column.ts";
import { defaultTemplate } from "./pod-spec.ts";
import { SELECTED_TEMPLATE_COLUMNS, workloadErrors } from "./workload.ts";

export const deployment: Behaviour = {
  columns: [
    NAME,
    column("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    numberColumn("Up-to-date", ({ status }) => status?.updatedReplicas),
    numberColumn("Available", ({ status }) => status?.availableReplicas),
    AGE,
    ...SELECTED_TEMPLATE_COLUMNS,
  ],
  strategy: { defaults, validate: workloadErrors },
};

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.strategy ??= {};
  spec.strategy.type ||= "RollingUpdate";
  if (spec.strategy.type === "RollingUpdate") {
    spec.strategy.rollingUpdate = { maxSurge: "25%", maxUnavailable: "25%", ...spec.strategy.rollingUpdate };
  }
  defaultTemplate(spec);
}
