import type { JsonObject } from "../../objects/index.ts";
import type { Workload } from "../model.ts";
import { hasLabels } from "./labels.ts";
import type { MeshOptions } from "./mesh-options.ts";
import { byAge, type ObjectView, RESOURCES } from "./view.ts";

/**
 * Whether a workload's proxy writes an access log: as the Telemetry that chooses it says, else its namespace's, else the
 * root namespace's, else the mesh's options. Of two at one place the older one counts.
 */
export function writesAccessLog(view: ObjectView, options: MeshOptions): (workload: Workload) => boolean {
  const all = byAge(view.list(RESOURCES.telemetries)).filter(({ spec }) => spec?.accessLogging?.length > 0);
  return ({ namespace, labels }) => {
    const own = all.filter(({ metadata }) => metadata.namespace === namespace);
    const chosen = own.find(({ spec }) => spec?.selector && hasLabels(spec.selector.matchLabels, labels));
    const said =
      chosen ??
      own.find(({ spec }) => spec?.selector === undefined) ??
      all.find(({ metadata, spec }) => metadata.namespace === options.rootNamespace && spec?.selector === undefined);
    return said === undefined ? options.accessLog : logs(said.spec?.accessLogging, options);
  };
}

/** Entries that name providers turn them on; one that is disabled turns all off. */
function logs(entries: readonly JsonObject[], { accessLog }: MeshOptions): boolean {
  if (entries.some(({ disabled }) => disabled === true)) return false;
  return entries.some(({ providers }) => providers?.length > 0) || accessLog;
}
