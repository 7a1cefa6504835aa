import {
  type Analyzer,
  firstLabel,
  fullName,
  grouped,
  hasLabels,
  type Message,
  pairs,
  type Resource,
  report,
  selectorText,
  type World,
} from "../model.ts";
import { INJECTION, REVISION } from "../pods.ts";

/** Sidecars of one pod, or of one namespace, that compete; those that none obeys. */
export const sidecars: Analyzer = {
  name: "sidecar.SelectorAnalyzer",
  description:
    "Validates that sidecars that define a workload selector match at least one pod, and that there aren't multiple sidecar resources that select overlapping pods",
  inputs: ["Sidecar", "Pod", "Namespace"],
  *analyze(world) {
    const all = world.list("Sidecar");
    const chosen = all.filter(hasSelector);
    yield* ofPods(chosen, world);
    const rest = all.filter((one) => !hasSelector(one));
    for (const [name, list] of grouped(rest, (one) => one.namespace)) {
      const isAmbient = namespaceIsAmbient(world.find("Namespace", "", name));
      for (const one of list) {
        if (isAmbient)
          yield report(one, "IneffectivePolicy", ["namespace is in ambient mode, the policy has no impact"]);
        else if (list.length > 1)
          yield report(one, "MultipleSidecarsWithoutWorkloadSelectors", [list.map((each) => each.name), name]);
      }
    }
  },
};

function* ofPods(chosen: readonly Resource[], world: World): Iterable<Message> {
  const selects = ({ namespace, spec }: Resource, pod: Resource): boolean =>
    pod.namespace === namespace && hasLabels(pod.labels, spec.workloadSelector.labels);
  for (const one of chosen) {
    if (world.list("Pod").some((pod) => selects(one, pod))) continue;
    const { labels } = one.spec.workloadSelector;
    const path = `spec.workloadSelector.labels.${firstLabel(labels)}`;
    yield report(one, "ReferencedResourceNotFound", ["selector", selectorText(labels)], path);
  }
  const told = new Set<string>();
  for (const pod of world.list("Pod")) {
    const own = chosen.filter((one) => selects(one, pod));
    const isAmbient = pod.annotations["ambient.istio.io/redirection"] === "enabled";
    for (const one of own) {
      if (isAmbient && !told.has(fullName(one))) {
        told.add(fullName(one));
        yield report(one, "IneffectivePolicy", ["selected workload is in ambient mode, the policy has no impact"]);
      } else if (!isAmbient && own.length > 1) {
        const args = [own.map((each) => each.name), pod.namespace, pod.name];
        yield report(one, "ConflictingSidecarWorkloadSelectors", args, "metadata.name");
      }
    }
  }
}

function hasSelector({ spec }: Resource): boolean {
  return pairs(spec.workloadSelector?.labels).length > 0;
}

function namespaceIsAmbient(namespace: Resource | undefined): boolean {
  const { labels = {} } = namespace ?? {};
  if (labels[INJECTION] === "enabled" || labels[REVISION]) return false;
  return labels["istio.io/dataplane-mode"] === "ambient";
}
