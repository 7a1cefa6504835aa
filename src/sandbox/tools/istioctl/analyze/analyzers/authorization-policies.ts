import type { Item } from "../../pods.ts";
import { type Analyzer, annotationsOf, labelsOf, type Resource, selectorText, selects, type World } from "../world.ts";

const INJECT = "sidecar.istio.io/inject";
/** The namespace whose policies are the mesh's. */
const ROOT = "istio-system";

/** AuthorizationPolicies for no workload, or that name a namespace that is not there. */
export const authorizationPolicies: Analyzer = {
  name: "auth.AuthorizationPoliciesAnalyzer",
  description: "Checks the validity of authorization policies",
  inputs: ["AuthorizationPolicy", "Namespace", "Pod"],
  analyze: function* (world) {
    const pods = world.list("Pod").filter((pod) => isInMesh(world, pod));
    for (const resource of world.list("AuthorizationPolicy")) {
      const { rules = [], selector, targetRef, targetRefs } = resource.object.spec ?? {};
      const isMeshWide = resource.namespace === ROOT;
      const isTargeted = targetRef !== undefined || targetRefs !== undefined;
      const near = pods.filter(({ namespace }) => isMeshWide || namespace === resource.namespace);
      const isFound = near.some((pod) => selects(selector?.matchLabels, labelsOf(pod)));
      if (!isFound && !isTargeted && (selector !== undefined || !isMeshWide)) {
        yield { code: "IST0127", resource, parameters: [selectorText(selector?.matchLabels)] };
      }
      for (const [index, { from = [] }] of rules.entries()) {
        for (const [place, { source = {} }] of from.entries()) {
          const { namespaces = [], notNamespaces = [] } = source;
          const all = [...namespaces, ...notNamespaces];
          for (const [at, text] of all.entries()) {
            if (world.list("Namespace").some(({ name }) => isNamed(name, text))) continue;
            const last = at < namespaces.length ? at : at - namespaces.length;
            const field = ["spec", "rules", index, "from", place, "source", "namespaces", last];
            yield { code: "IST0101", resource, parameters: ["namespace", text], field };
          }
        }
      }
    }
  },
};

function isNamed(name: string, text: string): boolean {
  if (text.startsWith("*")) return name.endsWith(text.slice(1));
  if (text.endsWith("*")) return name.startsWith(text.slice(0, -1));
  return name.toLowerCase() === text.toLowerCase();
}

function isInMesh(world: World, pod: Resource): boolean {
  const { containers = [], initContainers = [] } = pod.object.spec ?? {};
  if ([...containers, ...initContainers].some(({ name, image }: Item) => name === "istio-proxy" && image)) return true;
  const wish = labelsOf(pod)[INJECT] ?? annotationsOf(pod)[INJECT];
  if (wish !== undefined) return wish === "true";
  const namespace = world.find("Namespace", "", pod.namespace);
  return namespace !== undefined && labelsOf(namespace)["istio-injection"] === "enabled";
}
