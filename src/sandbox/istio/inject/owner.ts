import type { KubeObject } from "../../objects/index.ts";

/** What a pod belongs to, as people call it: its Deployment, not the ReplicaSet between. */
export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** By istio's `GetWorkloadMetaFromPod`: the Deployment behind a ReplicaSet, the CronJob behind a Job, else the owner, else itself. */
export function ownerOf({ metadata }: KubeObject): Owner {
  const { generateName, labels = {}, name, ownerReferences = [] } = metadata;
  const reference = ownerReferences.find((one) => one.controller === true);
  if (reference === undefined || !generateName) return { apiVersion: "v1", kind: "Pod", name: name ?? "" };
  const { apiVersion, kind } = reference;
  const hash = labels["pod-template-hash"];
  if (kind === "ReplicaSet" && hash && reference.name.endsWith(hash)) {
    return { apiVersion, kind: "Deployment", name: reference.name.slice(0, -hash.length - 1) };
  }
  const [, cron] = /^(.+)-\d{8,10}$/.exec(reference.name) ?? [];
  if (kind === "Job" && cron !== undefined) return { apiVersion, kind: "CronJob", name: cron };
  return { apiVersion, kind, name: reference.name };
}
