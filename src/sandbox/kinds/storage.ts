import { deepCopy, deepEqual, type JsonObject, type KubeObject, parseQuantity } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, numberColumn, orElse, UNSET, wide } from "./column.ts";
import { forbiddenField, immutable } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { listOf } from "./pod-status.ts";

const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
const SHORT_MODES: Readonly<Record<string, string>> = {
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOnce: "RWO",
  ReadWriteOncePod: "RWOP",
};
const CLAIM_FIXED =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

export const persistentVolume: Behaviour = {
  columns: [
    NAME,
    column("Capacity", ({ spec }) => spec?.capacity?.storage ?? ""),
    column("Access Modes", ({ spec }) => accessModes(spec?.accessModes)),
    column("Reclaim Policy", ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ""),
    column("Status", phase),
    column("Claim", ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : "")),
    column("StorageClass", ({ spec }) => spec?.storageClassName ?? ""),
    column("VolumeAttributesClass", ({ spec }) => orElse(spec?.volumeAttributesClassName, UNSET)),
    column("Reason", ({ status }) => status?.reason ?? ""),
    AGE,
    wide(column("VolumeMode", ({ spec }) => orElse(spec?.volumeMode, UNSET))),
  ],
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      object.spec.persistentVolumeReclaimPolicy ??= "Retain";
      defaultVolumeMode(object);
    },
    prepareCreate: (object) => {
      object.status = { phase: "Pending" };
      protect(object, "kubernetes.io/pv-protection");
    },
  },
};

export const persistentVolumeClaim: Behaviour = {
  columns: [
    NAME,
    column("Status", phase),
    column("Volume", ({ spec }) => spec?.volumeName ?? ""),
    column("Capacity", ({ spec, status }) => (spec?.volumeName ? (status?.capacity?.storage ?? "") : "")),
    column("Access Modes", ({ spec, status }) => (spec?.volumeName ? accessModes(status?.accessModes) : "")),
    column("StorageClass", ({ spec }) => spec?.storageClassName ?? ""),
    column("VolumeAttributesClass", ({ spec }) => orElse(spec?.volumeAttributesClassName, UNSET)),
    AGE,
    wide(column("VolumeMode", ({ spec }) => orElse(spec?.volumeMode, UNSET))),
  ],
  strategy: {
    defaults: (object) => {
      object.spec ??= {};
      defaultVolumeMode(object);
    },
    prepareCreate: (object) => {
      object.status = { phase: "Pending" };
      protect(object, "kubernetes.io/pvc-protection");
    },
    validate: claimErrors,
  },
};

export const storageClass: Behaviour = {
  columns: [
    column("Name", ({ metadata }) =>
      metadata.annotations?.[DEFAULT_CLASS] === "true" ? `${metadata.name} (default)` : metadata.name,
    ),
    column("Provisioner", ({ provisioner }) => String(provisioner ?? "")),
    column("ReclaimPolicy", ({ reclaimPolicy }) => String(reclaimPolicy ?? "Delete")),
    column("VolumeBindingMode", ({ volumeBindingMode }) => String(volumeBindingMode ?? "Immediate")),
    column("AllowVolumeExpansion", ({ allowVolumeExpansion }) => String(allowVolumeExpansion === true)),
    AGE,
  ],
  strategy: {
    defaults: (object) => {
      object.reclaimPolicy ??= "Delete";
      object.volumeBindingMode ??= "Immediate";
    },
    validate: (object, old) =>
      ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"].flatMap((field) =>
        old ? immutable(field, object[field], old[field]) : [],
      ),
  },
};

export const volumeAttachment: Behaviour = {
  columns: [
    NAME,
    column("Attacher", ({ spec }) => spec?.attacher ?? ""),
    column("PV", ({ spec }) => spec?.source?.persistentVolumeName ?? ""),
    column("Node", ({ spec }) => spec?.nodeName ?? ""),
    column("Attached", ({ status }) => String(status?.attached === true)),
    AGE,
  ],
};

export const csiNode: Behaviour = {
  columns: [NAME, numberColumn("Drivers", ({ spec }) => spec?.drivers?.length), AGE],
};

export const csiDriver: Behaviour = {
  columns: [
    NAME,
    column("AttachRequired", ({ spec }) => String(spec?.attachRequired ?? true)),
    column("PodInfoOnMount", ({ spec }) => String(spec?.podInfoOnMount ?? false)),
    column("StorageCapacity", ({ spec }) => String(spec?.storageCapacity ?? false)),
    column("TokenRequests", ({ spec }) =>
      orElse(
        listOf(spec?.tokenRequests)
          .map(({ audience }) => audience)
          .join(","),
        UNSET,
      ),
    ),
    column("RequiresRepublish", ({ spec }) => String(spec?.requiresRepublish ?? false)),
    column("Modes", ({ spec }) => (spec?.volumeLifecycleModes ?? ["Persistent"]).join(",")),
    AGE,
  ],
};

export const volumeAttributesClass: Behaviour = {
  columns: [NAME, column("DriverName", ({ driverName }) => String(driverName ?? "")), AGE],
};

function phase({ metadata, status }: KubeObject): string {
  return metadata.deletionTimestamp === undefined ? (status?.phase ?? "") : "Terminating";
}

function accessModes(modes: readonly string[] | undefined): string {
  return (modes ?? []).map((mode) => SHORT_MODES[mode] ?? mode).join(",");
}

function defaultVolumeMode(object: KubeObject): void {
  if (object.spec) object.spec.volumeMode ??= "Filesystem";
  object.status ??= {};
  object.status.phase ||= "Pending";
}

function protect({ metadata }: KubeObject, finalizer: string): void {
  if (!metadata.finalizers?.includes(finalizer)) metadata.finalizers = [...(metadata.finalizers ?? []), finalizer];
}

/** The binder sets the volume, and a bound claim may grow; all else is fixed. */
function claimErrors(next: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined) return [];
  const isBound = old.status?.phase === "Bound";
  const fixed = ({ spec }: KubeObject): JsonObject => {
    const copy: JsonObject = deepCopy(spec ?? {});
    if (isBound) delete copy.resources?.requests;
    delete copy.volumeAttributesClassName;
    if (!old.spec?.volumeName) delete copy.volumeName;
    if (!old.spec?.storageClassName) delete copy.storageClassName;
    return copy;
  };
  if (!deepEqual(fixed(next), fixed(old))) return [forbiddenField("spec", CLAIM_FIXED)];
  const nanos = ({ spec }: KubeObject): bigint => parseQuantity(spec?.resources?.requests?.storage)?.nanos ?? 0n;
  return nanos(next) < nanos(old)
    ? [forbiddenField("spec.resources.requests.storage", "field can not be less than status.capacity")]
    : [];
}
