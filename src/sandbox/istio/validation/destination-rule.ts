import { Findings, items } from "./findings.ts";
import { domainError, isDnsLabel, labelFindings } from "./names.ts";
import { exportFindings, workloadSelector } from "./selectors.ts";
import type { Validator } from "./subject.ts";
import { trafficPolicy } from "./traffic-policy.ts";

/** A DestinationRule: its host, its policy, its subsets. */
export const destinationRule: Validator = ({ namespace, spec }) => {
  const found = new Findings().error(domainError(String(spec.host ?? ""))).add(trafficPolicy(spec.trafficPolicy));
  const names = new Set<string>();
  for (const subset of items(spec.subsets)) {
    const name = String(subset.name ?? "");
    if (names.has(name)) found.error(`duplicate subset names: ${name}`);
    names.add(name);
    found.error(subsetNameError(name)).add(labelFindings(subset.labels)).errorsOf(trafficPolicy(subset.trafficPolicy));
  }
  const hasSelector = spec.workloadSelector !== undefined;
  return found
    .add(exportFindings(spec.exportTo, { namespace, hasSelector }))
    .add(workloadSelector(spec.workloadSelector));
};

/** Whether a subset's name is one. */
export function subsetNameError(name: string): string | undefined {
  if (name === "") return "subset name cannot be empty";
  return isDnsLabel(name) ? undefined : `subset name is invalid: ${name}`;
}
