import { ageOf, type KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, capitalised, column, NAME, NONE, numberColumn, orElse, UNSET, wide } from "./column.ts";
import { jobRestartErrors } from "./job.ts";
import { defaultTemplate } from "./pod-spec.ts";
import { joined, templateErrors } from "./workload.ts";

export const cronJob: Behaviour = {
  columns: [
    NAME,
    column("Schedule", ({ spec }) => spec?.schedule ?? ""),
    column("Timezone", ({ spec }) => orElse(spec?.timeZone)),
    column("Suspend", ({ spec }) => (typeof spec?.suspend === "boolean" ? capitalised(spec.suspend) : UNSET)),
    numberColumn("Active", ({ status }) => status?.active?.length),
    column("Last Schedule", ({ status }, now) =>
      status?.lastScheduleTime ? ageOf(status.lastScheduleTime, now) : NONE,
    ),
    AGE,
    wide(column("Containers", ({ spec }) => joined(spec?.jobTemplate?.spec?.template, "name"))),
    wide(column("Images", ({ spec }) => joined(spec?.jobTemplate?.spec?.template, "image"))),
    wide(column("Selector", () => NONE)),
  ],
  strategy: {
    defaults,
    validate: ({ spec = {} }) => {
      const { template } = spec.jobTemplate?.spec ?? {};
      const path = "spec.jobTemplate.spec.template";
      return [...templateErrors(template, path), ...jobRestartErrors(template, path)];
    },
  },
};

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  spec.concurrencyPolicy ||= "Allow";
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  defaultTemplate(spec.jobTemplate?.spec);
}
