import type { Installation } from "../install/installation.ts";

/** `NAME`, of a revision `NAME-REVISION`. */
export function ofRevision(name: string, { revision }: Installation): string {
  return revision === "" ? name : `${name}-${revision}`;
}

/** What the label `istio.io/rev` says. */
export function revisionLabel({ revision }: Pick<Installation, "revision">): string {
  return revision || "default";
}

/** The labels that every object of a component has. */
export function ownLabels(installation: Installation, component: string): Record<string, string> {
  return {
    "install.operator.istio.io/owning-resource": "unknown",
    "istio.io/rev": revisionLabel(installation),
    "operator.istio.io/component": component,
    release: "istio",
  };
}

/** What Helm's charts label their objects with. */
export function chartLabels({ release }: Installation, chart: string, name: string): Record<string, string> {
  return {
    "app.kubernetes.io/instance": "istio",
    "app.kubernetes.io/managed-by": "Helm",
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/part-of": "istio",
    "app.kubernetes.io/version": release.version,
    "helm.sh/chart": `${chart}-${release.version}`,
  };
}

/** An image of Istio's by name, or whatever has a slash in it as it is. */
export function imageOf({ values }: Installation, image: string): string {
  return image.includes("/") ? image : `${values.global.hub}/${image}:${values.global.tag}`;
}
