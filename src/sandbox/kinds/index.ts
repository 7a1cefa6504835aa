/** Kinds as data: names, scope, columns, and the hooks in which kinds differ. */

export { prune } from "./canonicalise.ts";
export { loadCel } from "./cel.ts";
export { checkSchema } from "./check-schema.ts";
export { pruneCustom, unknownFields } from "./custom-fields.ts";
export { compareVersions, customKinds } from "./custom-kind.ts";
export { unreadRules } from "./custom-rules.ts";
export { type CustomSchema, OBJECT_META } from "./custom-schema.ts";
export { loadDefinitions } from "./definitions.ts";
export { isInlineField, type ProtobufField, protobufTable } from "./inline-fields.ts";
export { findPath, setPath } from "./json-path.ts";
export type * from "./kind.ts";
export { apiVersionOf, findKind, KINDS, kindOf } from "./kinds.ts";
export { podAmounts, quotaUsage } from "./quota-usage.ts";
export { API_GROUPS, type ApiGroup } from "./resources.ts";
export { SCALE_COLUMNS } from "./scale.ts";
