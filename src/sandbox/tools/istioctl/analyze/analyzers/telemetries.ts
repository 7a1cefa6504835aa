import {
  type Analyzer,
  firstLabel,
  grouped,
  hasLabels,
  items,
  pairs,
  type Resource,
  report,
  selectorText,
} from "../model.ts";

/** Telemetries of one pod that compete, and those of no pod. */
export const telemetrySelectors: Analyzer = {
  name: "telemetry.SelectorAnalyzer",
  description:
    "Validates that telemetries that define a selector match at least one pod, and that there aren't multiple telemetry resources that select overlapping pods",
  inputs: ["Telemetry", "Pod"],
  *analyze(world) {
    const chosen = world.list("Telemetry").filter(({ spec }) => pairs(spec.selector?.matchLabels).length > 0);
    const selects = ({ namespace, spec }: Resource, pod: Resource): boolean =>
      pod.namespace === namespace && hasLabels(pod.labels, spec.selector.matchLabels);
    for (const one of chosen) {
      if (world.list("Pod").some((pod) => selects(one, pod))) continue;
      const labels = one.spec.selector.matchLabels;
      const path = `spec.selector.matchLabels.${firstLabel(labels)}`;
      yield report(one, "ReferencedResourceNotFound", ["selector", selectorText(labels)], path);
    }
    for (const pod of world.list("Pod")) {
      const own = chosen.filter((one) => selects(one, pod));
      if (own.length < 2) continue;
      const args = [own.map(({ name }) => name), pod.namespace, pod.name];
      for (const one of own) yield report(one, "ConflictingTelemetryWorkloadSelectors", args, "metadata.name");
    }
  },
};

/** Telemetries of a whole namespace: there may be one. */
export const defaultTelemetries: Analyzer = {
  name: "telemetry.DefaultSelectorAnalyzer",
  description: "Validates that there aren't multiple telemetry resources that have no selector",
  inputs: ["Telemetry"],
  *analyze(world) {
    const rest = world.list("Telemetry").filter(({ spec }) => !spec.selector);
    for (const [name, list] of grouped(rest, (one) => one.namespace)) {
      if (list.length < 2) continue;
      const args = [list.map((one) => one.name), name];
      for (const one of list) yield report(one, "MultipleTelemetriesWithoutWorkloadSelectors", args);
    }
  },
};

/** Access logs that nobody writes. */
export const telemetryProviders: Analyzer = {
  name: "telemetry.ProviderAnalyzer",
  description: "Validates that providers in telemetry resource is valid",
  inputs: ["Telemetry"],
  *analyze(world) {
    if (items(world.mesh.defaultProviders?.accessLogging).length > 0) return;
    for (const one of world.list("Telemetry"))
      for (const { disabled, providers } of items(one.spec.accessLogging))
        if (disabled !== true && items(providers).length === 0)
          yield report(one, "InvalidTelemetryProvider", [one.name, one.namespace]);
  },
};
