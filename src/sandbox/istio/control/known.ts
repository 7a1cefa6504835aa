import type { ObjectName, Snapshot } from "../../control/index.ts";
import type { JsonObject, KubeObject } from "../../objects/index.ts";

const DEPLOYMENTS = "apps/deployments";

/** istiod is known by its image, whatever its objects are called. */
export function isIstiod({ spec }: KubeObject): boolean {
  const containers: readonly JsonObject[] = spec?.template?.spec?.containers ?? [];
  return containers.some(({ image }) => /(^|\/)pilot(?=[:@-]|$)/.test(String(image)));
}

/** Whether it is there to do something. */
export function isReady({ status }: KubeObject): boolean {
  return Number(status?.readyReplicas ?? 0) > 0;
}

/** All istiods of the cluster: one of each revision. */
export function istiods(snapshot: Snapshot): readonly ObjectName[] {
  return snapshot
    .list(DEPLOYMENTS)
    .filter(isIstiod)
    .map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }));
}
