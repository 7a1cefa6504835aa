import { deepCopy } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME } from "./column.ts";

export const namespace: Behaviour = {
  columns: [NAME, column("Status", ({ status }) => status?.phase ?? ""), AGE],
  strategy: {
    defaults: (object) => {
      object.metadata.labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
      object.status ??= {};
      object.status.phase ||= "Active";
    },
    prepareCreate: (object) => {
      object.spec = { ...object.spec, finalizers: ["kubernetes"] };
      object.status = { phase: "Active" };
    },
    // Only the namespace controller takes the finalizer away, through the subresource `finalize`.
    prepareUpdate: (next, old) => {
      if (old.spec) next.spec = deepCopy(old.spec);
    },
    fieldLabels: { "status.phase": ({ status }) => status?.phase ?? "" },
  },
};
