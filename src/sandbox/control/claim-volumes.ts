import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Change, Controller, ObjectName, Snapshot } from "./controller.ts";
import { NOTHING } from "./controller.ts";
import { isDeleting, nameOf, uidOf } from "./owner.ts";

const CLAIMS = "/persistentvolumeclaims";
const CLASSES = "storage.k8s.io/storageclasses";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
const PROTECTION = "kubernetes.io/pvc-protection";
const BINDER = "persistentvolume-controller";

/**
 * Gives a claim the default class, makes its volume as kind's local-path provisioner does once a pod needs it, and lets a
 * deleted claim go when no pod uses it any more.
 */
export const claimController: Controller = {
  name: BINDER,
  resource: CLAIMS,
  wakes: {
    "/pods": (pod) => claimsOf(pod).map((name) => ({ namespace: pod.metadata.namespace, name })),
    "/persistentvolumes": (volume) => claimNameOf(volume),
    [CLASSES]: (_class, snapshot) => snapshot.list(CLAIMS).map(nameOf),
  },
  reconcile(snapshot, { namespace, name }) {
    const claim = snapshot.get(CLAIMS, namespace, name);
    if (claim === undefined) return NOTHING;
    const users = usersOf(snapshot, claim);
    if (isDeleting(claim)) return { changes: users.length > 0 ? [] : released(claim) };
    if (claim.spec?.volumeName !== undefined) return { changes: bound(snapshot, claim) };
    return { changes: unbound(snapshot, claim, users) };
  },
};

/** The names of the claims that a pod mounts. */
function claimsOf(pod: KubeObject): readonly string[] {
  const volumes: readonly JsonObject[] = pod.spec?.volumes ?? [];
  return volumes.flatMap(({ persistentVolumeClaim: claim }) => (claim?.claimName ? [claim.claimName] : []));
}

function claimNameOf(volume: KubeObject): readonly ObjectName[] {
  const { namespace, name } = volume.spec?.claimRef ?? {};
  return name === undefined ? [] : [{ namespace, name }];
}

function usersOf(snapshot: Snapshot, { metadata }: KubeObject): readonly KubeObject[] {
  return snapshot
    .list("/pods", metadata.namespace)
    .filter((pod) => claimsOf(pod).includes(metadata.name) && !["Succeeded", "Failed"].includes(pod.status?.phase));
}

function released(claim: KubeObject): readonly Change[] {
  const finalizers = (claim.metadata.finalizers ?? []).filter((one) => one !== PROTECTION);
  if (finalizers.length === (claim.metadata.finalizers ?? []).length) return [];
  return [{ kind: "update", resource: CLAIMS, object: { ...claim, metadata: { ...claim.metadata, finalizers } } }];
}

function unbound(snapshot: Snapshot, claim: KubeObject, users: readonly KubeObject[]): readonly Change[] {
  const wanted: string | undefined = claim.spec?.storageClassName;
  const classes = snapshot.list(CLASSES);
  if (wanted === undefined) {
    const standard = classes.find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
    const spec = { ...claim.spec, storageClassName: standard?.metadata.name };
    return standard === undefined ? [] : [{ kind: "update", resource: CLAIMS, object: { ...claim, spec } }];
  }
  const storage = classes.find(({ metadata }) => metadata.name === wanted);
  if (storage === undefined) return [];
  const node = users.find((pod) => pod.spec?.nodeName !== undefined)?.spec?.nodeName;
  if (node === undefined && storage.volumeBindingMode === "WaitForFirstConsumer") return waiting(claim);
  return provisioned(claim, storage, node ?? snapshot.list("/nodes")[0]?.metadata.name ?? "");
}

function waiting(claim: KubeObject): readonly Change[] {
  return [say(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding", BINDER)];
}

function provisioned(claim: KubeObject, storage: KubeObject, node: string): readonly Change[] {
  const provisioner = String(storage.provisioner ?? "");
  const volume = volumeFor(claim, storage, node);
  const annotations = {
    ...claim.metadata.annotations,
    "pv.kubernetes.io/bind-completed": "yes",
    "pv.kubernetes.io/bound-by-controller": "yes",
    "volume.beta.kubernetes.io/storage-provisioner": provisioner,
    "volume.kubernetes.io/selected-node": node,
    "volume.kubernetes.io/storage-provisioner": provisioner,
  };
  const metadata = { ...claim.metadata, annotations };
  const spec = { ...claim.spec, volumeName: volume.metadata.name };
  const component = `${provisioner}_local-path-provisioner`;
  const full = `${claim.metadata.namespace}/${claim.metadata.name}`;
  return [
    { kind: "create", resource: "/persistentvolumes", object: volume },
    { kind: "update", resource: CLAIMS, object: { ...claim, metadata, spec } },
    say(claim, "ExternalProvisioning", externally(provisioner), BINDER),
    say(claim, "Provisioning", `External provisioner is provisioning volume for claim "${full}"`, component),
    say(claim, "ProvisioningSucceeded", `Successfully provisioned volume ${volume.metadata.name}`, component),
  ];
}

function externally(provisioner: string): string {
  return (
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system ` +
    "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered."
  );
}

function volumeFor(claim: KubeObject, storage: KubeObject, node: string): KubeObject {
  const { namespace, name, resourceVersion } = claim.metadata;
  const uid = uidOf(claim);
  const volume = `pvc-${uid}`;
  const terms = [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }];
  const annotations = {
    "local.path.provisioner/selected-node": node,
    "pv.kubernetes.io/provisioned-by": String(storage.provisioner ?? ""),
  };
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: volume, annotations },
    spec: {
      accessModes: claim.spec?.accessModes,
      capacity: { storage: claim.spec?.resources?.requests?.storage },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, resourceVersion, uid },
      hostPath: { path: `/var/local-path-provisioner/${volume}_${namespace}_${name}`, type: "DirectoryOrCreate" },
      nodeAffinity: { required: { nodeSelectorTerms: terms } },
      persistentVolumeReclaimPolicy: storage.reclaimPolicy,
      storageClassName: storage.metadata.name,
      volumeMode: claim.spec?.volumeMode,
    },
  };
}

function bound(snapshot: Snapshot, claim: KubeObject): readonly Change[] {
  const volume = snapshot.get("/persistentvolumes", undefined, claim.spec?.volumeName);
  const { accessModes, capacity } = volume?.spec ?? {};
  const status = volume === undefined ? { phase: "Lost" } : { phase: "Bound", accessModes, capacity };
  return [{ kind: "update-status", resource: CLAIMS, ...nameOf(claim), status }];
}

function say(about: KubeObject, reason: string, message: string, component: string): Change {
  return { kind: "event", about, type: "Normal", reason, message, component };
}
