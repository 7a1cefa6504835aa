import { type Item, items, type Labels, type Resource, type World } from "./model.ts";

export const INJECTION = "istio-injection";
export const REVISION = "istio.io/rev";
const INJECT = "sidecar.istio.io/inject";
const PROXY = "istio-proxy";

/** The containers of a pod's spec; native sidecars too when asked. */
export function proxyOf(spec: Item, withInit = true): Item {
  const all = [...items(spec?.containers), ...(withInit ? items(spec?.initContainers) : [])];
  return all.find(({ name }) => name === PROXY);
}

/** Whether a pod is, or is to be, in the mesh with a sidecar. */
export function podInMesh({ annotations, labels, namespace, spec }: Resource, world: World): boolean {
  return inMesh(annotations, labels, namespace, proxyOf(spec), world);
}

/** The same of what a Deployment makes. Native sidecars do not count there. */
export function deploymentInMesh({ namespace, spec }: Resource, world: World): boolean {
  const { metadata = {}, spec: pod } = spec.template ?? {};
  return inMesh(metadata.annotations ?? {}, metadata.labels ?? {}, namespace, proxyOf(pod, false), world);
}

function inMesh(annotations: Labels, labels: Labels, namespace: string, proxy: Item, world: World): boolean {
  if (proxy?.image) return true;
  const asked = labels[INJECT] ?? annotations[INJECT];
  if (asked !== undefined) return asked === "true";
  return world.find("Namespace", "", namespace)?.labels[INJECTION] === "enabled";
}

/** Whether an object belongs to Istio itself. */
export function isControlPlane({ labels }: Resource): boolean {
  return labels.istio !== undefined || labels.release === "istio";
}

/** The ConfigMap of a revision's injector. */
export function injectorName(revision: string | undefined): string {
  const name = "istio-sidecar-injector";
  return revision === undefined || revision === "" || revision === "default" ? name : `${name}-${revision}`;
}

/** The values that an injector was installed with; undefined where they cannot be read. */
export function injectorValues({ object }: Resource): Item {
  try {
    return JSON.parse(object.data?.values);
  } catch {
    return undefined;
  }
}
