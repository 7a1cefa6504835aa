import type { Json } from "../objects/index.ts";
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
  const merged = mergeElements(live, elements, mergeKey, merge);
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

function mergeElements(
  live: readonly Json[],
  elements: readonly JsonMap[],
  mergeKey: string,
  merge: MergeElement,
): Json[] {
  const list: (Json | undefined)[] = [...live];
  const places = placesOf(live, mergeKey);
  for (const element of elements) {
    const { $patch: directive, ...rest } = element;
    const key = identity(element, mergeKey);
    const at = places.get(key);
    const old = at === undefined ? undefined : list[at];
    if (directive === "delete") {
      if (at !== undefined) list[at] = undefined;
      places.delete(key);
    } else if (directive !== undefined) {
      throw new PatchError("invalid", `unknown patch type found: ${JSON.stringify(directive)}`);
    } else if (at !== undefined && isObject(old)) list[at] = merge(old, rest);
    else places.set(key, list.push(merge({}, rest)) - 1);
  }
  return list.filter((item) => item !== undefined);
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
  const [inOrder, inLive] = [placesOf(order, mergeKey), placesOf(live, mergeKey)];
  const items = list.map((item) => {
    const key = identity(item, mergeKey);
    return { item, orderAt: inOrder.get(key) ?? -1, liveAt: inLive.get(key) ?? -1 };
  });
  const named = items.filter(({ orderAt }) => orderAt >= 0).sort((a, b) => a.orderAt - b.orderAt);
  const rest = items.filter(({ orderAt }) => orderAt < 0).sort((a, b) => a.liveAt - b.liveAt);
  const result: Json[] = [];
  let [namedNext, restNext] = [0, 0];
  for (let one = named[0], other = rest[0]; one && other; one = named[namedNext], other = rest[restNext]) {
    const isRest = other.liveAt >= 0 && one.liveAt >= 0 && other.liveAt < one.liveAt;
    result.push(isRest ? other.item : one.item);
    if (isRest) restNext += 1;
    else namedNext += 1;
  }
  return [...result, ...[...named.slice(namedNext), ...rest.slice(restNext)].map(({ item }) => item)];
}

/** Identity → the first place of an item that has it. */
function placesOf(list: readonly Json[], mergeKey: string | undefined): Map<string, number> {
  const places = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const key = identity(item, mergeKey);
    if (!places.has(key)) places.set(key, index);
  }
  return places;
}

/** Two items with one identity are the same item: by the merge key where there is one, else by all that they are. */
function identity(item: Json, mergeKey: string | undefined): string {
  return mergeKey !== undefined && isObject(item) ? `key ${canonical(item[mergeKey])}` : canonical(item);
}

/** JSON with its keys in order, so that equal values have equal texts. */
function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "";
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

function unique(list: readonly Json[]): Json[] {
  const places = placesOf(list, undefined);
  return [...places.values()].map((at) => list[at] ?? null);
}
