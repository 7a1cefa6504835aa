import { type Analyzer, report } from "../model.ts";

const VERSION = "gateway.networking.k8s.io/bundle-version";
const MINIMUM: Readonly<Record<string, string>> = {
  "backendtlspolicies.gateway.networking.k8s.io": "1.4.0",
  "grpcroutes.gateway.networking.k8s.io": "1.1.0",
  "tlsroutes.gateway.networking.k8s.io": "1.5.0",
};

/** Definitions of the Gateway API that are too old for istiod to read. */
export const gatewayApiVersions: Analyzer = {
  name: "k8sgateway.CRDVersionAnalyzer",
  description: "Checks Gateway API CRDs are at the minimum version required by this Istio version",
  inputs: ["CustomResourceDefinition"],
  since: 31,
  *analyze(world) {
    for (const one of world.list("CustomResourceDefinition")) {
      const minimum = Object.hasOwn(MINIMUM, one.name) ? MINIMUM[one.name] : undefined;
      const [, installed, numbers] = /^v?((\d+\.\d+\.\d+)(?:-.*)?)$/.exec(one.annotations[VERSION] ?? "") ?? [];
      if (minimum === undefined || numbers === undefined || !isLess(numbers, minimum)) continue;
      yield report(one, "GatewayAPICRDVersionBelowMinimum", [one.name, installed, minimum]);
    }
  },
};

function isLess(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.split(".").map(Number));
  const at = [0, 1, 2].find((index) => a?.[index] !== b?.[index]);
  return at !== undefined && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
