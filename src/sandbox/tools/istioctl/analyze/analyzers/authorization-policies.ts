import {
  type Analyzer,
  hasLabels,
  items,
  type Message,
  type Resource,
  report,
  selectorText,
  type World,
} from "../model.ts";
import { podInMesh } from "../pods.ts";

/** Policies that no workload obeys, and namespaces that are not there. */
export const authorizationPolicies: Analyzer = {
  name: "auth.AuthorizationPoliciesAnalyzer",
  description: "Checks the validity of authorization policies",
  inputs: ["AuthorizationPolicy", "Namespace", "Pod"],
  *analyze(world) {
    const pods = world.list("Pod").filter((one) => podInMesh(one, world));
    for (const policy of world.list("AuthorizationPolicy")) {
      yield* unmatched(policy, pods, world);
      yield* unknownNamespaces(policy, world);
    }
  },
};

function* unmatched(policy: Resource, pods: readonly Resource[], world: World): Iterable<Message> {
  const { namespace, spec } = policy;
  const isMeshWide = namespace === world.mesh.rootNamespace;
  const labels = spec.selector?.matchLabels;
  if (isMeshWide && !spec.selector) return;
  const near = isMeshWide ? pods : pods.filter((one) => one.namespace === namespace);
  if (near.some((one) => hasLabels(one.labels, labels))) return;
  yield report(policy, "NoMatchingWorkloadsFound", [selectorText(labels)]);
}

function* unknownNamespaces(policy: Resource, world: World): Iterable<Message> {
  const known = world.list("Namespace").map(({ name }) => name);
  for (const [rule, { from }] of items(policy.spec.rules).entries()) {
    for (const [place, { source = {} }] of items(from).entries()) {
      for (const list of [items(source.namespaces), items(source.notNamespaces)]) {
        for (const [index, wanted] of list.entries()) {
          if (known.some((one) => isMeant(one, String(wanted)))) continue;
          const path = `spec.rules[${rule}].from[${place}].source.namespaces[${index}]`;
          yield report(policy, "ReferencedResourceNotFound", ["namespace", wanted], path);
        }
      }
    }
  }
}

function isMeant(name: string, wanted: string): boolean {
  if (wanted === "*") return true;
  if (wanted.startsWith("*")) return name.endsWith(wanted.slice(1));
  if (wanted.endsWith("*")) return name.startsWith(wanted.slice(0, -1));
  return name.toLowerCase() === wanted.toLowerCase();
}
