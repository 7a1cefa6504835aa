/** A private, deeply frozen copy of JSON; properties that are undefined are left out, as in JSON. */
export function frozenCopy<T>(value: T): T {
  return copy(value, true) as T;
}

/** A private copy of JSON that may be changed. Store objects come out frozen: copy, change, update. */
export function mutableCopy<T>(value: T): T {
  return copy(value, false) as T;
}

function copy(value: unknown, freeze: boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  const result = Array.isArray(value) ? value.map((item) => copy(item, freeze)) : copyProperties(value, freeze);
  return freeze ? Object.freeze(result) : result;
}

function copyProperties(value: object, freeze: boolean): object {
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    // A key named __proto__ in a label or an annotation is data: assigning it would set the prototype.
    if (key === "__proto__") Object.defineProperty(result, key, { value: copy(item, freeze), enumerable: true });
    else if (item !== undefined) result[key] = copy(item, freeze);
  }
  return result;
}
