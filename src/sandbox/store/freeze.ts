/**
 * A private, deeply frozen copy of JSON; properties that are undefined are left out, as in JSON. What it has in common with
 * `before`, such a copy itself, is not copied but shared: the versions of an object differ in a few fields, and the past
 * events hold thousands of them.
 */
export function frozenCopy<T>(value: T, before?: unknown): T {
  return copy(value, before) as T;
}

function copy(value: unknown, before: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value === before) return before;
  return Array.isArray(value)
    ? copyItems(value, Array.isArray(before) ? before : undefined)
    : copyProperties(value, isObject(before) ? before : undefined);
}

function copyItems(value: readonly unknown[], before: readonly unknown[] | undefined): readonly unknown[] {
  const items = value.map((item, index) => copy(item, before?.[index]));
  const isShared = items.length === before?.length && items.every((item, index) => item === before[index]);
  return isShared ? before : Object.freeze(items);
}

function copyProperties(value: object, before: Readonly<Record<string, unknown>> | undefined): object {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) result[key] = copy(item, before && Object.hasOwn(before, key) ? before[key] : undefined);
  }
  return before !== undefined && hasSameFields(result, before) ? before : Object.freeze(result);
}

/** In the same order too: it is the order in which clients are sent them. */
function hasSameFields(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(one);
  const others = Object.keys(other);
  return keys.length === others.length && keys.every((key, index) => key === others[index] && one[key] === other[key]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
