import { type Analyzer, type Item, items, report } from "../model.ts";
import { isControlPlane } from "../pods.ts";

const RESERVED = 1337;
const OWN = ["istio-proxy", "istio-operator"];

/** Applications that run as the proxy's user: their traffic would not be captured. */
export const applicationUid: Analyzer = {
  name: "applicationUID.Analyzer",
  description: "Checks invalid application UID",
  inputs: ["Pod", "Deployment"],
  *analyze(world) {
    const specs = [
      ...world.list("Pod").map((one) => [one, one.spec] as const),
      ...world.list("Deployment").map((one) => [one, one.spec.template?.spec] as const),
    ];
    for (const [resource, spec] of specs)
      if (!isControlPlane(resource) && isReserved(spec)) yield report(resource, "InvalidApplicationUID");
  },
};

function isReserved(spec: Item): boolean {
  const own = items(spec?.containers).filter(({ name }) => !OWN.includes(name));
  return [spec, ...own].some((one) => one?.securityContext?.runAsUser === RESERVED);
}
