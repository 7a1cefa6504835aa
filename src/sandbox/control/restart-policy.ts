import type { JsonObject, KubeObject } from "../objects/index.ts";

/** Whether the kubelet starts a container again that has ended with this code: its own rules, its own policy, then the pod's. */
export function restarts(pod: KubeObject, container: JsonObject, exitCode: number): boolean {
  if (isSidecar(pod, container.name)) return true;
  const rules: readonly JsonObject[] = container.restartPolicyRules ?? [];
  if (rules.some((rule) => rule.action === "Restart" && matchesCode(rule.exitCodes, exitCode))) return true;
  const isInit = (pod.spec?.initContainers ?? []).some((init: JsonObject) => init.name === container.name);
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? "Always";
  // An init container that has done its work is done, whatever the pod's policy.
  if (policy === "Always" && !isInit) return true;
  return policy !== "Never" && exitCode !== 0;
}

/** Whether an exit code is in (or not in) a rule's values. */
export function matchesCode(rule: JsonObject | undefined, exitCode: number): boolean {
  const isListed = (rule?.values ?? []).includes(exitCode);
  return rule?.operator === "In" ? isListed : rule?.operator === "NotIn" && !isListed;
}

/** True for an init container that stays beside the others (`restartPolicy: Always`): a native sidecar. */
export function isSidecar(pod: KubeObject, name: string): boolean {
  const container = (pod.spec?.initContainers ?? []).find((init: JsonObject) => init.name === name);
  return container?.restartPolicy === "Always";
}
