import { type Analyzer, labelsOf, type Resource, selectorText, selects } from "../world.ts";

/** Sidecars of a namespace that choose no workload, where there is more than one. */
export const defaultSidecars: Analyzer = {
  name: "sidecar.DefaultSelectorAnalyzer",
  description: "Validates that there aren't multiple sidecar resources that have no selector",
  inputs: ["Sidecar"],
  analyze: function* (world) {
    const all = world.list("Sidecar").filter(({ object }) => object.spec?.workloadSelector === undefined);
    for (const resource of all) {
      const names = all.filter(({ namespace }) => namespace === resource.namespace).map(({ name }) => name);
      if (names.length > 1) yield { code: "IST0111", resource, parameters: [names, resource.namespace] };
    }
  },
};

/** Sidecars whose workload selector no pod has, or a pod that another one chooses too. */
export const sidecars: Analyzer = {
  name: "sidecar.SelectorAnalyzer",
  description:
    "Validates that sidecars that define a workload selector match at least one pod, and that there aren't multiple sidecar resources that select overlapping pods",
  inputs: ["Sidecar", "Pod"],
  analyze: function* (world) {
    const chosen = new Map<Resource, Resource[]>();
    for (const resource of world.list("Sidecar")) {
      const labels = resource.object.spec?.workloadSelector?.labels ?? {};
      const text = selectorText(labels);
      if (text === "") continue;
      const pods = world
        .list("Pod")
        .filter((pod) => pod.namespace === resource.namespace && selects(labels, labelsOf(pod)));
      for (const pod of pods) chosen.set(pod, [...(chosen.get(pod) ?? []), resource]);
      if (pods.length > 0) continue;
      const field = ["spec", "workloadSelector", "labels", text.split("=")[0] ?? ""];
      yield { code: "IST0101", resource, parameters: ["selector", text], field };
    }
    for (const [pod, list] of chosen) {
      if (list.length < 2) continue;
      const names = list.map(({ name }) => name);
      for (const resource of list) {
        const parameters = [names, pod.namespace, pod.name];
        yield { code: "IST0110", resource, parameters, field: ["metadata", "name"] };
      }
    }
  },
};
