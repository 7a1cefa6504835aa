import type { Json } from "../objects/index.ts";
import { isObject } from "./merge-patch.ts";
import { PatchError } from "./patch-error.ts";
import { type FieldRule, fieldRule, follow, type PatchSchema, type ResolveRef } from "./patch-schema.ts";
import { mergeList, orderList } from "./strategic-list.ts";

type JsonMap = { [key: string]: Json };

const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";
const DIRECTIVES = [ORDER, DELETE, "$patch", "$retainKeys"];

/**
 * A strategic merge patch, as `kubectl apply` and `kubectl set` send for built-in kinds: lists whose schema has a merge key are
 * merged element by element, and directives delete, replace and order. Neither argument is changed.
 * Throws `PatchError` for a directive that is wrong. The rules: Kubernetes' "strategic-merge-patch.md" (API conventions).
 */
export function strategicMerge(target: Json, patch: Json, schema: PatchSchema | undefined, resolve: ResolveRef): Json {
  if (!isObject(target) || !isObject(patch)) throw new PatchError("invalid", "a strategic merge patch is an object");
  return mergeObject(structuredClone(target), patch, follow(schema, resolve), resolve);
}

function mergeObject(target: JsonMap, patch: JsonMap, schema: PatchSchema | undefined, resolve: ResolveRef): JsonMap {
  if ("$patch" in patch) return whole(patch, schema, resolve);
  const result = new Map(Object.entries(retained(target, patch)));
  for (const [key, value] of Object.entries(patch)) {
    if (isDirective(key)) continue;
    const merged = mergeField(result.get(key), value, fieldRule(schema, key, resolve), resolve);
    if (merged === undefined) result.delete(key);
    else result.set(key, merged);
  }
  applyListDirectives(result, target, patch, schema, resolve);
  return Object.fromEntries(result);
}

/** `$patch: replace` keeps the patch alone, `$patch: delete` empties the object. */
function whole(patch: JsonMap, schema: PatchSchema | undefined, resolve: ResolveRef): JsonMap {
  const { $patch: directive, ...rest } = patch;
  if (directive === "replace") return mergeObject({}, rest, schema, resolve);
  if (directive === "delete") return {};
  throw new PatchError("invalid", `unknown patch type found: ${JSON.stringify(directive)}`);
}

/** `$retainKeys` drops what it does not list: the way to change a union such as a deployment's strategy. */
function retained(target: JsonMap, patch: JsonMap): JsonMap {
  const keys = patch.$retainKeys;
  if (keys === undefined) return target;
  if (!Array.isArray(keys)) throw new PatchError("invalid", "$retainKeys must be a list");
  const kept = new Set<Json>(keys);
  const stray = Object.entries(patch).find(([key, value]) => !isDirective(key) && value !== null && !kept.has(key));
  if (stray)
    throw new PatchError("invalid", `$retainKeys must list every field of the patch; it lacks \`${stray[0]}\``);
  return Object.fromEntries(Object.entries(target).filter(([key]) => kept.has(key)));
}

/** The field's new value; undefined deletes it. */
function mergeField(old: Json | undefined, value: Json, rule: FieldRule, resolve: ResolveRef): Json | undefined {
  if (value === null) return undefined;
  const merge = (one: JsonMap, other: JsonMap): JsonMap => mergeObject(one, other, rule.schema, resolve);
  if (isObject(value)) return merge(isObject(old) && !rule.replaces ? old : {}, value);
  if (!Array.isArray(value)) return value;
  if (rule.merges) return mergeList(Array.isArray(old) ? old : [], value, rule.mergeKey, merge);
  return value.map((item) => (isObject(item) ? merge({}, item) : item));
}

function applyListDirectives(
  result: Map<string, Json>,
  target: JsonMap,
  patch: JsonMap,
  schema: PatchSchema | undefined,
  resolve: ResolveRef,
): void {
  for (const [key, value] of directives(patch, DELETE)) {
    const list = result.get(key);
    if (Array.isArray(list)) result.set(key, withoutAll(list, new Set(value)));
  }
  for (const [key, order] of directives(patch, ORDER)) {
    const list = result.get(key);
    const before = target[key];
    const { mergeKey } = fieldRule(schema, key, resolve);
    if (Array.isArray(list)) result.set(key, orderList(list, order, Array.isArray(before) ? before : [], mergeKey));
  }
}

function withoutAll(list: readonly Json[], gone: ReadonlySet<Json>): Json[] {
  return list.filter((item) => !gone.has(item));
}

function directives(patch: JsonMap, prefix: string): [string, Json[]][] {
  return Object.entries(patch)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => {
      if (!Array.isArray(value)) throw new PatchError("invalid", `${key} must be a list`);
      return [key.slice(prefix.length), value];
    });
}

function isDirective(key: string): boolean {
  return DIRECTIVES.some((directive) => (directive.endsWith("/") ? key.startsWith(directive) : key === directive));
}
