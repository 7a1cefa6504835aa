import { deepEqual, type JsonObject, type KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, NAME, numberColumn } from "./column.ts";
import { forbiddenField } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { defaultTemplate } from "./pod-spec.ts";
import { listOf } from "./pod-status.ts";
import { TEMPLATE_COLUMNS, workloadErrors } from "./workload.ts";

const CHANGEABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];
const FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
  "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export const statefulSet: Behaviour = {
  columns: [
    NAME,
    column("Ready", ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`),
    AGE,
    ...TEMPLATE_COLUMNS,
  ],
  strategy: {
    defaults,
    validate: (object, old) => [...workloadErrors(object, undefined), ...changeErrors(object, old)],
  },
};

export const controllerRevision: Behaviour = {
  columns: [
    NAME,
    column("Controller", ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller);
      return owner ? `${owner.kind.toLowerCase()}.${owner.apiVersion.split("/")[0]}/${owner.name}` : "<none>";
    }),
    numberColumn("Revision", ({ revision }) => Number(revision ?? 0)),
    AGE,
  ],
};

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.podManagementPolicy ||= "OrderedReady";
  spec.updateStrategy ??= {};
  if (!spec.updateStrategy.type) {
    spec.updateStrategy.type = "RollingUpdate";
    spec.updateStrategy.rollingUpdate ??= {};
  }
  if (spec.updateStrategy.rollingUpdate) spec.updateStrategy.rollingUpdate.partition ??= 0;
  const retention = { whenDeleted: "Retain", whenScaled: "Retain" };
  spec.persistentVolumeClaimRetentionPolicy = { ...retention, ...spec.persistentVolumeClaimRetentionPolicy };
  for (const claim of listOf(spec.volumeClaimTemplates)) defaultClaim(claim);
  defaultTemplate(spec);
}

function defaultClaim(claim: JsonObject): void {
  claim.apiVersion ??= "v1";
  claim.kind ??= "PersistentVolumeClaim";
  claim.spec ??= {};
  claim.spec.volumeMode ??= "Filesystem";
  claim.status ??= {};
  claim.status.phase ??= "Pending";
}

function changeErrors(next: KubeObject, old: KubeObject | undefined): FieldError[] {
  if (old === undefined) return [];
  const fixed = ({ spec }: KubeObject): JsonObject =>
    Object.fromEntries(Object.entries(spec ?? {}).filter(([field]) => !CHANGEABLE.includes(field)));
  return deepEqual(fixed(next), fixed(old)) ? [] : [forbiddenField("spec", FIXED)];
}
