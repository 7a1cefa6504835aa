import type { Json } from "../objects/index.ts";
import { type ApplySchema, shapeOf, type Typed } from "./apply-schema.ts";
import { formatPath, nameElement } from "./fields-v1.ts";
import { isObject } from "./merge-patch.ts";

/** What is wrong with an applied configuration, as upstream words it: unknown fields, items without keys, twins. */
export function configErrors(typed: Typed, config: Json): string[] {
  return visit(typed, config, []);
}

function visit(typed: Typed, value: Json, path: readonly string[]): string[] {
  const mismatch = scalarError(typed, value);
  if (mismatch !== undefined) return [`${formatPath(path)}: ${mismatch}`];
  const shape = shapeOf(typed, value);
  if (shape.kind === "map" && isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => {
      const field = shape.field(name);
      const at = [...path, nameElement(name)];
      return field === undefined ? [`${formatPath(at)}: field not declared in schema`] : visit(field.typed, item, at);
    });
  }
  if (shape.kind !== "list" || !Array.isArray(value)) return itemsOf(typed, value, path);
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const element = shape.elementOf(item);
    if (typeof element !== "string") return [`${formatPath(path)}: element ${index}: ${element.error}`];
    if (seen.has(element)) return [`${formatPath(path)}: duplicate entries for key ${formatPath([element])}`];
    seen.add(element);
    return visit(shape.item, item, [...path, element]);
  });
}

/**
 * A scalar of another type than declared, in the words of structured-merge-diff (typed/validate.go). Quantities and numbers
 * or strings have no one type there; what is no scalar at all is left to the schema's own check.
 */
function scalarError({ schema, resolve }: Typed, value: Json): string | undefined {
  if (value === null || typeof value === "object" || schema === undefined) return undefined;
  const own = schema.$ref === undefined ? schema : (resolve(schema.$ref) as ApplySchema | undefined);
  const isOpen = schema.$ref?.endsWith(".Quantity") || own?.format === "int-or-string";
  if (isOpen || own?.["x-kubernetes-int-or-string"]) return undefined;
  const found = typeof value;
  if ((own?.type === "integer" || own?.type === "number") && found !== "number")
    return `expected numeric (int or float), got ${found === "boolean" ? "bool" : found}`;
  if ((own?.type === "string" || own?.type === "boolean") && found !== own.type)
    return `expected ${own.type}, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`;
  return undefined;
}

/** A list that is owned as a whole still has a schema for its items, as an atomic map has for its fields. */
function itemsOf({ schema, ...typed }: Typed, value: Json, path: readonly string[]): string[] {
  if (schema === undefined || typeof value !== "object" || value === null) return [];
  const own = schema.$ref === undefined ? schema : typed.resolve(schema.$ref);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => visit({ ...typed, schema: own?.items }, item, [...path, `i:${index}`]));
  }
  // Seen as a plain map, its fields are checked as any other's.
  const { "x-kubernetes-map-type": _, ...open } = { ...own } as Record<string, unknown>;
  return visit({ ...typed, schema: open as Typed["schema"] }, value, path);
}
