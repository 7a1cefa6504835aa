import { deepEqual, type Json } from "../objects/index.ts";
import { isObject } from "./merge-patch.ts";
import { PatchError } from "./patch-error.ts";

type JsonMap = { [key: string]: Json };
type MergeElement = (target: JsonMap, patch: JsonMap) => JsonMap;

/** Merges a patch's list into the live one: objects by their merge key, scalars as a set. */
export function mergeList(
  live: readonly Json[],
  patch: readonly Json[],
  mergeKey: string | undefined,
  merge: MergeElement,
): Json[] {
  if (!isObject(patch[0] ?? live[0])) return placeNew(unique([...live, ...patch]), patch, live, undefined);
  if (mergeKey === undefined) throw new PatchError("invalid", "cannot merge lists without merge key");
  const elements = patch.map((element) => keyed(element, mergeKey));
  if (elements.some((element) => element.$patch === "replace")) {
    return elements.filter((element) => element.$patch === undefined).map((element) => merge({}, element));
  }
  const merged = elements.reduce<Json[]>((list, element) => mergeElement(list, element, mergeKey, merge), [...live]);
  const named = elements.filter((element) => element.$patch === undefined);
  return placeNew(merged, named, live, mergeKey);
}

/** Puts a merged list into the patch's order; what only the server has stays near its old neighbours. */
export function orderList(
  list: readonly Json[],
  order: readonly Json[],
  live: readonly Json[],
  mergeKey: string | undefined,
): Json[] {
  return placeNew(list, order, live, mergeKey);
}

function keyed(element: Json, mergeKey: string): JsonMap {
  if (!isObject(element)) throw new PatchError("invalid", "a list cannot hold objects and scalars");
  if (element.$patch !== "replace" && element[mergeKey] === undefined) {
    throw new PatchError("invalid", `map: ${JSON.stringify(element)} does not contain declared merge key: ${mergeKey}`);
  }
  return element;
}

function mergeElement(list: readonly Json[], element: JsonMap, mergeKey: string, merge: MergeElement): Json[] {
  const { $patch: directive, ...rest } = element;
  const at = position(list, element, mergeKey);
  if (directive === "delete") return list.filter((_, index) => index !== at);
  if (directive !== undefined) {
    throw new PatchError("invalid", `unknown patch type found: ${JSON.stringify(directive)}`);
  }
  const old = list[at];
  return isObject(old) ? list.with(at, merge(old, rest)) : [...list, merge({}, rest)];
}

/**
 * Interleaves two ordered parts: what `order` names, in that order, and the rest, in the live order. An element of the rest goes
 * before the first named one that stood behind it in the live list.
 */
function placeNew(
  list: readonly Json[],
  order: readonly Json[],
  live: readonly Json[],
  mergeKey: string | undefined,
): Json[] {
  const named = sorted(
    list.filter((item) => position(order, item, mergeKey) >= 0),
    order,
    mergeKey,
  );
  const rest = sorted(
    list.filter((item) => position(order, item, mergeKey) < 0),
    live,
    mergeKey,
  );
  const result: Json[] = [];
  while (named.length > 0 && rest.length > 0) {
    const restAt = position(live, rest[0] ?? null, mergeKey);
    const namedAt = position(live, named[0] ?? null, mergeKey);
    const next = restAt >= 0 && namedAt >= 0 && restAt < namedAt ? rest.shift() : named.shift();
    if (next !== undefined) result.push(next);
  }
  return [...result, ...named, ...rest];
}

function sorted(list: readonly Json[], order: readonly Json[], mergeKey: string | undefined): Json[] {
  return list.toSorted((a, b) => position(order, a, mergeKey) - position(order, b, mergeKey));
}

function position(list: readonly Json[], item: Json, mergeKey: string | undefined): number {
  return list.findIndex((other) =>
    mergeKey !== undefined && isObject(other) && isObject(item)
      ? deepEqual(other[mergeKey], item[mergeKey])
      : deepEqual(other, item),
  );
}

function unique(list: readonly Json[]): Json[] {
  return list.filter((item, index) => position(list, item, undefined) === index);
}
