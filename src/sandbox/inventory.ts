import type { KubeObject } from "./objects/index.ts";
import type { StoreDump } from "./store/index.ts";

/** One object of the cluster, for comparing what stands there now with what stood there before. */
export interface InventoryItem {
  /** `Deployment shop/web`; `Cluster learn-istio` for the cluster itself. */
  readonly name: string;
  /** The namespace that it goes away with, or else the cluster. */
  readonly within?: string;
}

/** Written by the cluster about itself all the time, or made together with something that is listed. */
const ITS_OWN = new Set(["Event", "Lease", "Endpoints", "EndpointSlice", "IPAddress", "APIService"]);
const IN_EACH_NAMESPACE = new Set([
  "ServiceAccount default",
  "ConfigMap kube-root-ca.crt",
  "ConfigMap istio-ca-root-cert",
]);

/** What somebody made: without what controllers made for it, and without what is being deleted. */
export function inventory(cluster: string | undefined, { resources }: StoreDump): readonly InventoryItem[] {
  if (cluster === undefined) return [];
  const root = `Cluster ${cluster}`;
  const objects = Object.values(resources).flat().filter(isMade);
  return [{ name: root }, ...objects.map((object) => itemOf(object, root))];
}

function isMade({ kind, metadata }: KubeObject): boolean {
  if (metadata.deletionTimestamp !== undefined || (metadata.ownerReferences ?? []).length > 0) return false;
  return !ITS_OWN.has(kind) && !IN_EACH_NAMESPACE.has(`${kind} ${metadata.name}`);
}

function itemOf({ kind, metadata: { name, namespace } }: KubeObject, root: string): InventoryItem {
  return namespace === undefined
    ? { name: `${kind} ${name}`, within: root }
    : { name: `${kind} ${namespace}/${name}`, within: `Namespace ${namespace}` };
}
