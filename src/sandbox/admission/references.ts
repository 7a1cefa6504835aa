import type { Admission, AdmissionWrite } from "../api/index.ts";
import { amountsOf, type JsonObject, type KubeObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";
import { refused } from "./refusal.ts";

const PRIORITIES = "scheduling.k8s.io/priorityclasses";
const CLASSES = "storage.k8s.io/storageclasses";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
const MIRROR = "kubernetes.io/config.mirror";

/** Priority, ServiceAccount and DefaultStorageClass: what pods and claims name must be there, or is filled in. */
export function references(store: Pick<Store, "get" | "list">): Admission {
  return {
    mutate: (write) => {
      if (write.operation !== "CREATE") return;
      const resource = resourceKey(write.kind);
      if (resource === "certificates.k8s.io/certificatesigningrequests") signAsAuthor(write);
      if (resource === "/pods") admitPod(store, write);
      if (resource === "/persistentvolumeclaims") chooseClass(store, write.object.spec ?? {});
    },
    validate: (write) => {
      const { kind, operation, old } = write;
      if (operation === "UPDATE" && old && resourceKey(kind) === "/persistentvolumeclaims")
        checkResize(store, write, old);
    },
  };
}

/** PersistentVolumeClaimResize: a claim grows only where its class says that volumes can. kind's own class does not. */
function checkResize(store: Pick<Store, "get">, write: AdmissionWrite, old: KubeObject): void {
  const storage = ({ spec }: KubeObject): bigint => amountsOf(spec?.resources?.requests).get("storage") ?? 0n;
  if (storage(write.object) <= storage(old)) return;
  const found = store.get(CLASSES, undefined, String(old.spec?.storageClassName ?? ""));
  if (found?.allowVolumeExpansion === true) return;
  throw refused(
    write,
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
  );
}

/** Who asks for a certificate is written down by the server: nobody asks in the name of another. */
function signAsAuthor({ object, user }: AdmissionWrite): void {
  if (!user) return;
  const { username, groups, uid, extra } = user;
  object.spec = { ...object.spec, username, groups, ...(uid && { uid }), ...(extra && { extra }) };
}

function admitPod(store: Pick<Store, "get" | "list">, write: AdmissionWrite): void {
  const spec: JsonObject = write.object.spec ?? {};
  setPriority(store, write, spec);
  const { annotations, namespace } = write.object.metadata;
  if (annotations?.[MIRROR] !== undefined) return;
  const account = spec.serviceAccountName || "default";
  // Upstream waits a moment for a new namespace's own account; here its pods do not depend on it.
  if (account === "default" || store.get("/serviceaccounts", namespace, account)) return;
  const missing = `serviceaccount ${JSON.stringify(account)} not found`;
  throw refused(write, `error looking up service account ${namespace}/${account}: ${missing}`);
}

function setPriority(store: Pick<Store, "get" | "list">, write: AdmissionWrite, spec: JsonObject): void {
  const fallback = store
    .list(PRIORITIES)
    .filter(({ globalDefault }) => globalDefault === true)
    .sort((a, b) => Number(a.value) - Number(b.value))[0];
  const name = spec.priorityClassName || fallback?.metadata.name;
  if (!name) return;
  const found = store.get(PRIORITIES, undefined, name);
  // The two of the system are there before anything is stored.
  if (!found && name.startsWith("system-")) return;
  if (!found) throw refused(write, `no PriorityClass with name ${name} was found`);
  spec.priorityClassName = name;
  spec.priority = Number(found.value ?? 0);
  spec.preemptionPolicy = found.preemptionPolicy ?? "PreemptLowerPriority";
}

/** Of several default classes the newest is taken. */
function chooseClass(store: Pick<Store, "list">, spec: JsonObject): void {
  if (spec.storageClassName !== undefined && spec.storageClassName !== null) return;
  const defaults = store.list(CLASSES).filter(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
  const newest = [...defaults].sort((a, b) =>
    (a.metadata.creationTimestamp ?? "") < (b.metadata.creationTimestamp ?? "") ? 1 : -1,
  )[0];
  if (newest) spec.storageClassName = newest.metadata.name;
}
