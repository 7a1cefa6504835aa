import type { Behaviour } from "./behaviour.ts";
import { AGE, NAME, numberColumn } from "./column.ts";
import type { Column } from "./kind.ts";
import { defaultTemplate } from "./pod-spec.ts";
import { LABEL_TEMPLATE_COLUMNS, SELECTED_TEMPLATE_COLUMNS, workloadErrors } from "./workload.ts";

const COLUMNS: readonly Column[] = [
  NAME,
  numberColumn("Desired", ({ spec }) => spec?.replicas),
  numberColumn("Current", ({ status }) => status?.replicas),
  numberColumn("Ready", ({ status }) => status?.readyReplicas),
  AGE,
];

export const replicaSet: Behaviour = {
  columns: [...COLUMNS, ...SELECTED_TEMPLATE_COLUMNS],
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      object.spec.replicas ??= 1;
      defaultTemplate(object.spec);
    },
    validate: workloadErrors,
    fieldLabels: { "status.replicas": ({ status }) => String(status?.replicas ?? 0) },
  },
};

export const replicationController: Behaviour = {
  columns: [...COLUMNS, ...LABEL_TEMPLATE_COLUMNS],
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      object.spec.replicas ??= 1;
      const labels = object.spec.template?.metadata?.labels;
      if (labels !== undefined) {
        object.spec.selector ??= { ...labels };
        object.metadata.labels ??= { ...labels };
      }
      defaultTemplate(object.spec);
    },
    fieldLabels: { "status.replicas": ({ status }) => String(status?.replicas ?? 0) },
  },
};
