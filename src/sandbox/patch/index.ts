/** Three patches on JSON values: merge (RFC 7386), JSON (RFC 6902) and Kubernetes' strategic merge. Pure. */
export { jsonPatch } from "./json-patch.ts";
export { mergePatch } from "./merge-patch.ts";
export { PatchError } from "./patch-error.ts";
export type { PatchSchema, ResolveRef } from "./patch-schema.ts";
export { strategicMerge } from "./strategic-merge.ts";
