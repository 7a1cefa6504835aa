import { ANNOTATIONS, isIstios } from "../annotation-table.ts";
import { annotationFault } from "../annotation-values.ts";
import type { Kind } from "../kinds.ts";
import { type Analyzer, type Message, type Resource, report } from "../model.ts";

export const ANNOTATED: readonly Kind[] = ["Namespace", "Service", "Pod", "Deployment"];
const INJECT = "sidecar.istio.io/inject";

/** Annotations of Istio that are unknown, in the wrong place, out of use or wrong. */
export const annotations: Analyzer = {
  name: "annotations.K8sAnalyzer",
  description: "Checks for misplaced and invalid Istio annotations in Kubernetes resources",
  inputs: ANNOTATED,
  *analyze(world) {
    for (const resource of ANNOTATED.flatMap((kind) => world.list(kind)))
      for (const [name, value] of Object.entries(resource.annotations))
        if (isIstios(name)) yield* judged(resource, name, value);
  },
};

function* judged(resource: Resource, name: string, value: string): Iterable<Message> {
  const known = ANNOTATIONS.get(name);
  if (known === undefined) {
    yield report(resource, "UnknownAnnotation", [name]);
    return;
  }
  const hasLabel = name === INJECT && resource.labels[INJECT] !== undefined;
  if (known.isDeprecated === true && !hasLabel) {
    const instead = name === INJECT ? ` in favor of the "${INJECT}" label` : "";
    yield report(resource, "DeprecatedAnnotation", [name, instead]);
  }
  if (known.on.includes("Any")) return;
  if (!known.on.includes(resource.kind)) {
    yield report(resource, "MisplacedAnnotation", [name, known.on.join(", ")]);
    return;
  }
  const fault = annotationFault(name, value);
  if (fault !== undefined) yield report(resource, "InvalidAnnotation", [name, fault]);
}
