import { ANNOTATIONS } from "../annotation-table.ts";
import { type Analyzer, items, type Resource, report } from "../model.ts";
import { ANNOTATED } from "./annotations.ts";

/** The injector writes these by itself where there is a CNI plugin. */
const OWN = [
  "sidecar.istio.io/interceptionMode",
  "traffic.sidecar.istio.io/includeInboundPorts",
  "traffic.sidecar.istio.io/excludeInboundPorts",
  "traffic.sidecar.istio.io/includeOutboundIPRanges",
];
const STATUS = "sidecar.istio.io/status";

/** Annotations of features that are not ripe; only `precheck` tells of them. */
export const alphaAnnotations: Analyzer = {
  name: "annotations.AlphaAnalyzer",
  description: "Checks for alpha Istio annotations in Kubernetes resources",
  inputs: ANNOTATED,
  *analyze(world) {
    for (const resource of ANNOTATED.flatMap((kind) => world.list(kind)))
      for (const name of Object.keys(resource.annotations))
        if (ANNOTATIONS.get(name)?.isAlpha === true && name !== STATUS && !isOwn(resource, name))
          yield report(resource, "AlphaAnnotation", [name]);
  },
};

function isOwn({ kind, spec }: Resource, name: string): boolean {
  return kind === "Pod" && OWN.includes(name) && !items(spec.initContainers).some((one) => one.name === "istio-init");
}
