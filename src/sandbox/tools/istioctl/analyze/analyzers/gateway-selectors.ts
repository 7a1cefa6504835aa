import type { Kind } from "../kinds.ts";
import { type Analyzer, hasLabels, report } from "../model.ts";

const POLICIES: readonly Kind[] = ["AuthorizationPolicy", "RequestAuthentication", "Telemetry", "WasmPlugin"];
const NAME = "gateway.networking.k8s.io/gateway-name";

/** Policies that select the pods of a Gateway of the Gateway API, which asks for a targetRef. */
export const gatewaySelectors: Analyzer = {
  name: "k8sgateway.SelectorAnalyzer",
  description: "Check that selectors are effective for Kubernetes gateway",
  inputs: [...POLICIES, "Pod"],
  *analyze(world) {
    const pods = world.list("Pod").filter(({ labels }) => labels[NAME] !== undefined);
    for (const policy of POLICIES.flatMap((kind) => world.list(kind))) {
      const { selector, targetRef } = policy.spec;
      if (targetRef || !selector) continue;
      for (const pod of pods)
        if (pod.namespace === policy.namespace && hasLabels(pod.labels, selector.matchLabels))
          yield report(policy, "IneffectiveSelector", [pod.labels[NAME]]);
    }
  },
};
