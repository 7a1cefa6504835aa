/** A private, deeply frozen copy of JSON; properties that are undefined are left out, as in JSON. */
export function frozenCopy<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.freeze(Array.isArray(value) ? value.map(copy) : copyProperties(value));
}

function copyProperties(value: object): object {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) result[key] = copy(item);
  return result;
}
