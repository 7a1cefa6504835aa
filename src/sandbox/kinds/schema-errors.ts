import { isObject } from "./check-schema.ts";
import { definitionOf, resolveSchema, type Schema } from "./definitions.ts";
import { notSupported, required } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { formOf } from "./schema-walk.ts";

/**
 * What a schema knows of a kind's rules: required texts that are missing, and values outside their enum. Upstream has both
 * in validation code, field by field; required lists and objects are left out here, because it accepts many of them empty.
 */
export function schemaErrors(definition: string, object: object): FieldError[] {
  const errors: FieldError[] = [];
  const { status: _, ...rest } = object as Record<string, unknown>;
  visit(definitionOf(definition), rest, "", errors);
  return errors;
}

function visit(schema: Schema, value: unknown, path: string, errors: FieldError[]): void {
  const resolved = resolveSchema(schema);
  const allowed = schema.enum ?? resolved.enum;
  if (allowed !== undefined && typeof value === "string" && value !== "" && !allowed.includes(value)) {
    errors.push(notSupported(path, value, allowed.map(String).filter(Boolean)));
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(resolved.items ?? {}, item, `${path}[${index}]`, errors);
  } else if (isObject(value)) visitFields(resolved, value, path, errors);
}

function visitFields(schema: Schema, value: Record<string, unknown>, path: string, errors: FieldError[]): void {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) {
    const property = schema.properties?.[key];
    if (property && value[key] === undefined && isText(property)) errors.push(required(at(key)));
  }
  for (const [key, item] of Object.entries(value)) {
    const own = schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const property = own ?? schema.additionalProperties;
    if (typeof property === "object") visit(property, item, at(key), errors);
  }
}

function isText(schema: Schema): boolean {
  return formOf(resolveSchema(schema)) === "string";
}
