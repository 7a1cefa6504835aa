import { canonicalQuantity } from "../objects/index.ts";
import { isObject, ownProperty } from "./check-schema.ts";
import { definitionOf, resolveSchema, type Schema } from "./definitions.ts";
import { formOf } from "./schema-walk.ts";

/**
 * Brings an object into the form that reading it into typed values and printing it again gives: no nulls, quantities in
 * canonical form. Changes the object itself.
 */
export function canonicalise(definition: string, object: object): void {
  visit(definitionOf(definition), object, keep);
}

/** Removes every field that the schema does not know. Changes the object itself. */
export function prune(definition: string, object: object): void {
  visit(definitionOf(definition), object, drop);
}

/** What becomes of a field that the schema does not know. */
type Unknown = (object: Record<string, unknown>, key: string) => void;

function keep(): void {}

function drop(object: Record<string, unknown>, key: string): void {
  delete object[key];
}

/** Visits a value in place and gives what stands there afterwards. */
function visit(schema: Schema, value: unknown, unknown: Unknown): unknown {
  const resolved = resolveSchema(schema);
  const form = formOf(resolved);
  if (form === "quantity" && (typeof value === "string" || typeof value === "number")) return canonicalQuantity(value);
  if (form === "list" && Array.isArray(value)) visitItems(resolved.items ?? {}, value, unknown);
  if ((form === "struct" || form === "map") && isObject(value)) visitFields(resolved, value, unknown);
  return value;
}

function visitItems(items: Schema, list: unknown[], unknown: Unknown): void {
  list.forEach((item, index) => {
    list[index] = item === null ? zeroOf(items) : visit(items, item, unknown);
  });
}

/** What Go's decoder leaves in a list where `null` stood: the type's zero value. */
function zeroOf(items: Schema): unknown {
  const form = formOf(resolveSchema(items));
  return Object.hasOwn(ZEROES, form) ? ZEROES[form]?.() : null;
}

const ZEROES: Readonly<Record<string, () => unknown>> = {
  boolean: () => false,
  "int-or-string": () => 0,
  integer: () => 0,
  list: () => [],
  map: () => ({}),
  number: () => 0,
  quantity: () => "0",
  string: () => "",
  struct: () => ({}),
};

function visitFields(schema: Schema, object: Record<string, unknown>, unknown: Unknown): void {
  const extra = typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
  for (const [key, item] of Object.entries(object)) {
    const property = ownProperty(schema, key) ?? extra;
    if (property === undefined) unknown(object, key);
    else if (item === null && formOf(resolveSchema(property)) !== "any") delete object[key];
    else object[key] = visit(property, item, unknown);
  }
}
