import type { JsonObject, KubeObject } from "../objects/index.ts";
import { canonical, templateHash } from "./hash.ts";
import { controllerReference } from "./owner.ts";

/** A Deployment's ReplicaSets as values: whose template, which revision, how many. Names are upstream's. */
export const REVISION = "deployment.kubernetes.io/revision";
export const DESIRED = "deployment.kubernetes.io/desired-replicas";
const MAX = "deployment.kubernetes.io/max-replicas";
const HISTORY = "deployment.kubernetes.io/revision-history";
const HASH = "pod-template-hash";

/** Annotations of a Deployment that its ReplicaSets do not inherit. */
const OWN_ANNOTATIONS = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  HISTORY,
  DESIRED,
  MAX,
  "deprecated.deployment.rollback.to",
]);

export function replicasOf(set: KubeObject): number {
  return set.spec?.replicas ?? 1;
}

export function desiredOf(deployment: KubeObject): number {
  return deployment.spec?.replicas ?? 1;
}

export function oldestFirst(a: KubeObject, b: KubeObject): number {
  const revision = (set: KubeObject): number => Number(set.metadata.annotations?.[REVISION] ?? 0);
  return revision(a) - revision(b) || a.metadata.name.localeCompare(b.metadata.name);
}

/** Whether a set was made from the Deployment's present template. */
export function isOfTemplate(deployment: KubeObject, set: KubeObject): boolean {
  return canonical(withoutHash(set.spec?.template)) === canonical(withoutHash(deployment.spec?.template));
}

/** One more than the highest revision of the given sets. */
export function nextRevision(sets: readonly KubeObject[]): string {
  return String(1 + Math.max(0, ...sets.map((set) => Number(set.metadata.annotations?.[REVISION] ?? 0))));
}

/** maxSurge in pods; percentages are rounded up. With Recreate there is none. */
export function maxSurge(deployment: KubeObject): number {
  const strategy = deployment.spec?.strategy ?? {};
  return strategy.type === "Recreate" ? 0 : pods(strategy.rollingUpdate?.maxSurge ?? "25%", deployment, Math.ceil);
}

/** maxUnavailable in pods; percentages are rounded down; 1 when both would be 0, or nothing could ever move. */
export function maxUnavailable(deployment: KubeObject): number {
  const strategy = deployment.spec?.strategy ?? {};
  if (strategy.type === "Recreate" || desiredOf(deployment) === 0) return 0;
  const count = pods(strategy.rollingUpdate?.maxUnavailable ?? "25%", deployment, Math.floor);
  return Math.min(count === 0 && maxSurge(deployment) === 0 ? 1 : count, desiredOf(deployment));
}

export function createNewSet(deployment: KubeObject, replicas: number, revision: string): KubeObject {
  const template: JsonObject = deployment.spec?.template ?? {};
  const collisions = deployment.status?.collisionCount;
  const hash = templateHash(collisions === undefined ? template : [template, collisions]);
  const { labels: templateLabels, annotations: _, ...rest } = template.metadata ?? {};
  const labels = { ...templateLabels, [HASH]: hash };
  const annotations = template.metadata?.annotations;
  const metadata = { ...rest, labels, ...(annotations === undefined ? {} : { annotations }) };
  const selector: JsonObject = deployment.spec?.selector ?? {};
  const seconds = deployment.spec?.minReadySeconds;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
      labels,
      annotations: { ...inherited(deployment), ...told(deployment), [REVISION]: revision },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      ...(seconds === undefined ? {} : { minReadySeconds: seconds }),
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
      template: { ...template, metadata },
    },
  };
}

/** The set with the annotations that it should have; undefined when it has them. */
export function syncedSet(deployment: KubeObject, set: KubeObject, revision: string): KubeObject | undefined {
  const before = set.metadata.annotations ?? {};
  const was = before[REVISION];
  const history =
    was === undefined || was === revision ? {} : { [HISTORY]: [before[HISTORY], was].filter(Boolean).join(",") };
  const annotations = { ...before, ...inherited(deployment), ...told(deployment), ...history, [REVISION]: revision };
  if (canonical(annotations) === canonical(before)) return undefined;
  return { ...set, metadata: { ...set.metadata, annotations } };
}

function told(deployment: KubeObject): Record<string, string> {
  const desired = desiredOf(deployment);
  return { [DESIRED]: String(desired), [MAX]: String(desired + maxSurge(deployment)) };
}

function inherited(deployment: KubeObject): Record<string, string> {
  const all = Object.entries(deployment.metadata.annotations ?? {});
  return Object.fromEntries(all.filter(([key]) => !OWN_ANNOTATIONS.has(key)));
}

function pods(value: number | string, deployment: KubeObject, round: (value: number) => number): number {
  if (typeof value === "number") return value;
  return value.endsWith("%") ? round((Number.parseInt(value, 10) * desiredOf(deployment)) / 100) : Number(value);
}

/** The hash label aside; an absent, null or empty labels map is the same thing. */
function withoutHash(template: JsonObject | undefined): JsonObject {
  const { creationTimestamp: _, ...metadata } = template?.metadata ?? {};
  const { [HASH]: __, ...labels } = metadata.labels ?? {};
  return { ...template, metadata: { ...metadata, labels } };
}
