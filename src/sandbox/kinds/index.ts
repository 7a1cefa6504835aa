/** Kinds as data: names, scope, columns, and the hooks in which kinds differ. */

export { prune } from "./canonicalise.ts";
export { checkSchema } from "./check-schema.ts";
export { loadDefinitions } from "./definitions.ts";
export { isInlineField, type ProtobufField, protobufTable } from "./inline-fields.ts";
export type * from "./kind.ts";
export { apiVersionOf, findKind, KINDS, kindOf } from "./kinds.ts";
export { API_GROUPS, type ApiGroup } from "./resources.ts";
