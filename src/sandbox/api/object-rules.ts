import { apiVersionOf, type FieldError, type Kind } from "../kinds/index.ts";
import { deepCopy, deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import { conflict, modified } from "./status.ts";

/** Built-in kinds whose objects carry `metadata.generation`, by `group/plural`; custom resources all do. */
const WITH_GENERATION = new Set([
  "/pods",
  "/replicationcontrollers",
  "admissionregistration.k8s.io/mutatingwebhookconfigurations",
  "admissionregistration.k8s.io/validatingadmissionpolicies",
  "admissionregistration.k8s.io/validatingadmissionpolicybindings",
  "admissionregistration.k8s.io/validatingwebhookconfigurations",
  "apiextensions.k8s.io/customresourcedefinitions",
  "apps/daemonsets",
  "apps/deployments",
  "apps/replicasets",
  "apps/statefulsets",
  "batch/cronjobs",
  "batch/jobs",
  "discovery.k8s.io/endpointslices",
  "flowcontrol.apiserver.k8s.io/flowschemas",
  "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations",
  "networking.k8s.io/ingresses",
  "networking.k8s.io/ingressclasses",
  "networking.k8s.io/networkpolicies",
  "policy/poddisruptionbudgets",
  "scheduling.k8s.io/priorityclasses",
]);

/** Whether objects of this kind count the changes of their content. */
export function hasGeneration(kind: Kind): boolean {
  return kind.definition === undefined || WITH_GENERATION.has(`${kind.group}/${kind.plural}`);
}

/** The generation after an update: one more when anything but metadata and status changed. */
export function nextGeneration(next: KubeObject, old: KubeObject): number {
  const generation = old.metadata.generation ?? 1;
  return deepEqual(content(next), content(old)) ? generation : generation + 1;
}

function content({ metadata: _metadata, status: _status, ...rest }: KubeObject): JsonObject {
  return rest;
}

/** 409 when the update was made from another version, or for another object of that name. */
export function checkPreconditions(kind: Kind, next: KubeObject, old: KubeObject): void {
  const { uid, resourceVersion } = next.metadata;
  const { name } = old.metadata;
  if (uid && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ""}`;
    throw conflict(kind, name, why);
  }
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw modified(kind, name);
}

/** Takes over what only the server sets; a client's copy of it may be old or missing. */
export function keepServerMetadata(next: KubeObject, old: KubeObject): void {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion } =
    old.metadata;
  const own = { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, resourceVersion };
  for (const [field, value] of Object.entries(own)) {
    if (value === undefined) delete (next.metadata as unknown as JsonObject)[field];
    else (next.metadata as unknown as JsonObject)[field] = value;
  }
}

/** An object that is being deleted takes no new finalizers. */
export function finalizerErrors(next: KubeObject, old: KubeObject): readonly FieldError[] {
  if (!old.metadata.deletionTimestamp) return [];
  const before = old.metadata.finalizers ?? [];
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !before.includes(finalizer));
  if (added.length === 0) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(", ");
  const rule = "no new finalizers can be added if the object is being deleted, found new finalizers";
  return [
    {
      type: "FieldValueForbidden",
      field: "metadata.finalizers",
      message: `Forbidden: ${rule} []string{${list}}`,
    },
  ];
}

/** Versions of a group share one storage: the object comes out as the version that was asked for. */
export function asVersion(kind: Kind, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(kind);
  if (object.apiVersion === apiVersion) return object;
  return { ...(kind.strategy.fromOtherVersion?.(object) ?? object), apiVersion };
}

/** What a client may not set on create. */
export function clearServerFields(kind: Kind, object: KubeObject): void {
  const metadata = object.metadata as unknown as JsonObject;
  for (const field of ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"]) {
    delete metadata[field];
  }
  // A kubelet registers its node together with its status; no other kind may bring one.
  if (kind.subresources.status && kind.plural !== "nodes") delete object.status;
}

/** Gives an object the status of another. */
export function restoreStatus(next: KubeObject, from: KubeObject): void {
  if (deepEqual(next.status, from.status)) return;
  if (from.status === undefined) delete next.status;
  else next.status = deepCopy(from.status);
}
