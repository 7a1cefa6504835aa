import type { JsonObject } from "../../objects/index.ts";
import type { AccessCondition, AccessOperation, AccessRule, AccessSource, Values } from "./policy.ts";

/** The fields of `source`, each with its opposite: `principals` and `notPrincipals`. */
const SOURCE_FIELDS = [
  "principals",
  "requestPrincipals",
  "namespaces",
  "serviceAccounts",
  "trustDomains",
  "ipBlocks",
  "remoteIpBlocks",
] as const satisfies readonly (keyof AccessSource)[];

const OPERATION_FIELDS = ["hosts", "ports", "methods", "paths"] as const satisfies readonly (keyof AccessOperation)[];

/** A rule of an AuthorizationPolicy; what a list does not say is not asked for. */
export function accessRule(rule: JsonObject): AccessRule {
  return {
    from: (rule?.from ?? []).map((one: JsonObject) => fieldsOf(one?.source, SOURCE_FIELDS)),
    to: (rule?.to ?? []).map((one: JsonObject) => fieldsOf(one?.operation, OPERATION_FIELDS)),
    when: (rule?.when ?? []).map(condition),
  };
}

function condition({ key, values = [], notValues = [] }: JsonObject): AccessCondition {
  return { key: String(key), some: values, none: notValues };
}

function fieldsOf<F extends string>(
  from: JsonObject | undefined,
  fields: readonly F[],
): { readonly [name in F]?: Values } {
  const found: { [name in F]?: Values } = {};
  for (const field of fields) {
    const some: readonly string[] = from?.[field] ?? [];
    const none: readonly string[] = from?.[`not${field.charAt(0).toUpperCase()}${field.slice(1)}`] ?? [];
    if (some.length + none.length > 0) found[field] = { some, none };
  }
  return found;
}
