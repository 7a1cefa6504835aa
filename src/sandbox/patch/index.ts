/** Patches on JSON values: merge (RFC 7386), JSON (RFC 6902), Kubernetes' strategic merge and server-side apply. Pure. */
export { type Applied, applyConfig, type OwnerConflict, updateOwners } from "./apply.ts";
export type { ApplySchema, Typed } from "./apply-schema.ts";
export { configErrors } from "./check-config.ts";
export { difference, type FieldPath, type FieldSet, isEmptySet, toSet, union } from "./field-set.ts";
export { formatPath } from "./fields-v1.ts";
export { jsonPatch } from "./json-patch.ts";
export { type Manager, managerKey, type Ownership, readOwnership, writeOwnership } from "./managed-fields.ts";
export { mergePatch } from "./merge-patch.ts";
export { PatchError } from "./patch-error.ts";
export type { PatchSchema, ResolveRef } from "./patch-schema.ts";
export { strategicMerge } from "./strategic-merge.ts";
export { compareFields, fieldsOf } from "./typed-fields.ts";
