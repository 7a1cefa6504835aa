import type { KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, formatLabels, NAME, numberColumn } from "./column.ts";
import { defaultTemplate } from "./pod-spec.ts";
import { SELECTED_TEMPLATE_COLUMNS, workloadErrors } from "./workload.ts";

export const daemonSet: Behaviour = {
  columns: [
    NAME,
    numberColumn("Desired", ({ status }) => status?.desiredNumberScheduled),
    numberColumn("Current", ({ status }) => status?.currentNumberScheduled),
    numberColumn("Ready", ({ status }) => status?.numberReady),
    numberColumn("Up-to-date", ({ status }) => status?.updatedNumberScheduled),
    numberColumn("Available", ({ status }) => status?.numberAvailable),
    column("Node Selector", ({ spec }) => formatLabels(spec?.template?.spec?.nodeSelector)),
    AGE,
    ...SELECTED_TEMPLATE_COLUMNS,
  ],
  strategy: {
    defaults,
    prepareCreate: ({ metadata }) => {
      metadata.annotations = { "deprecated.daemonset.template.generation": "1", ...metadata.annotations };
    },
    validate: workloadErrors,
  },
};

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  spec.revisionHistoryLimit ??= 10;
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= "RollingUpdate";
  if (spec.updateStrategy.type === "RollingUpdate") {
    spec.updateStrategy.rollingUpdate = { maxSurge: 0, maxUnavailable: 1, ...spec.updateStrategy.rollingUpdate };
  }
  defaultTemplate(spec);
}
