import { deepEqual, type Json } from "../objects/index.ts";
import { isObject } from "./check-schema.ts";
import { formatFits } from "./custom-format.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { duplicate, required } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";

/** Checks a value by a schema, as upstream's apiextensions server does and in its words. `path` is empty for the object. */
export function validateCustom(schema: CustomSchema, value: Json, path: string): FieldError[] {
  const wrongType = typeErrors(schema, value, path);
  if (wrongType.length > 0) return wrongType;
  if (value === null) return [];
  return [
    ...enumErrors(schema, value, path),
    ...(typeof value === "string" ? textErrors(schema, value, path) : []),
    ...(typeof value === "number" ? numberErrors(schema, value, path) : []),
    ...(Array.isArray(value) ? listErrors(schema, value, path) : []),
    ...(isObject(value) ? objectErrors(schema, value as Record<string, Json>, path) : []),
    ...combinationErrors(schema, value, path),
  ];
}

function invalid(path: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field: path, message: `Invalid value: ${JSON.stringify(value)}: ${detail}` };
}

function inBody(path: string, value: unknown, rule: string): FieldError[] {
  return [invalid(path, value, `${path} in body ${rule}`)];
}

function typeErrors(schema: CustomSchema, value: Json, path: string): FieldError[] {
  const wanted = schema["x-kubernetes-int-or-string"] ? ["integer", "string"] : schema.type ? [schema.type] : [];
  const found = typeOf(value);
  const isNullable = value === null && schema.nullable === true;
  const fits =
    wanted.length === 0 || isNullable || wanted.includes(found) || (found === "integer" && wanted[0] === "number");
  if (fits) return [];
  return [
    {
      type: "FieldValueTypeInvalid",
      field: path,
      message: `Invalid value: "${found}": ${path} in body must be of type ${wanted.join(",")}: "${found}"`,
    },
  ];
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function enumErrors(schema: CustomSchema, value: Json, path: string): FieldError[] {
  if (schema.enum === undefined || schema.enum.some((one) => deepEqual(one, value))) return [];
  const allowed = schema.enum.map((one) => JSON.stringify(one)).join(", ");
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`;
  return [{ type: "FieldValueNotSupported", field: path, message }];
}

const patterns = new Map<string, RegExp | undefined>();

/** Go's syntax is nearly that of JavaScript; what is not read here is not checked. */
function patternOf(source: string): RegExp | undefined {
  if (!patterns.has(source)) {
    const [, flags = "", rest = source] = /^\(\?([ims]+)\)(.*)$/s.exec(source) ?? [];
    try {
      patterns.set(source, new RegExp(rest, `${flags}u`));
    } catch {
      patterns.set(source, withoutUnicode(rest, flags));
    }
  }
  return patterns.get(source);
}

function withoutUnicode(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

function textErrors(schema: CustomSchema, value: string, path: string): FieldError[] {
  const length = [...value].length;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  return [
    ...(length < minLength ? inBody(path, value, `should be at least ${minLength} chars long`) : []),
    ...(length > maxLength
      ? [
          {
            type: "FieldValueTooLong" as const,
            field: path,
            message: `Too long: may not be more than ${maxLength} bytes`,
          },
        ]
      : []),
    ...(pattern !== undefined && patternOf(pattern)?.test(value) === false
      ? inBody(path, value, `should match '${pattern}'`)
      : []),
    ...(format !== undefined && !formatFits(format, value)
      ? inBody(path, value, `must be of type ${format}: ${JSON.stringify(value)}`)
      : []),
  ];
}

function numberErrors(schema: CustomSchema, value: number, path: string): FieldError[] {
  const { minimum, maximum, multipleOf } = schema;
  const over = maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum);
  const under = minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum);
  return [
    ...(over
      ? inBody(path, value, `should be less than ${schema.exclusiveMaximum ? "" : "or equal to "}${maximum}`)
      : []),
    ...(under
      ? inBody(path, value, `should be greater than ${schema.exclusiveMinimum ? "" : "or equal to "}${minimum}`)
      : []),
    ...(multipleOf !== undefined && value % multipleOf !== 0
      ? inBody(path, value, `should be a multiple of ${multipleOf}`)
      : []),
  ];
}

function tooMany(path: string, count: number, limit: number): FieldError {
  return { type: "FieldValueTooMany", field: path, message: `Too many: ${count}: must have at most ${limit} items` };
}

function listErrors(schema: CustomSchema, list: readonly Json[], path: string): FieldError[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  return [
    ...(list.length < minItems ? inBody(path, list.length, `should have at least ${minItems} items`) : []),
    ...(list.length > maxItems ? [tooMany(path, list.length, maxItems)] : []),
    ...list.flatMap((item, index) => validateCustom(schema.items ?? {}, item, `${path}[${index}]`)),
    ...twinErrors(schema, list, path),
  ];
}

/** Items that a set or a keyed list has twice. */
function twinErrors(schema: CustomSchema, list: readonly Json[], path: string): FieldError[] {
  const type = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"];
  if (type !== "set" && type !== "map" && schema.uniqueItems !== true) return [];
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const own =
      type === "map" && keys && isObject(item) ? Object.fromEntries(keys.map((key) => [key, item[key]])) : item;
    const text = JSON.stringify(own);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [duplicate(`${path}[${index}]`, own)];
  });
}

function objectErrors(schema: CustomSchema, object: Record<string, Json>, path: string): FieldError[] {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, properties = {} } = schema;
  const count = Object.keys(object).length;
  const errors: FieldError[] = [
    ...(schema.required ?? []).filter((key) => object[key] === undefined).map((key) => required(at(key))),
    ...(count < minProperties ? inBody(path, count, `should have at least ${minProperties} properties`) : []),
    ...(count > maxProperties ? [tooMany(path, count, maxProperties)] : []),
  ];
  for (const [key, value] of Object.entries(object)) {
    if (path === "" && key === "metadata") continue;
    const property = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
    if (typeof property === "object") errors.push(...validateCustom(property, value, at(key)));
  }
  return errors;
}

function combinationErrors(schema: CustomSchema, value: Json, path: string): FieldError[] {
  const fits = (one: CustomSchema): boolean => validateCustom(one, value, path).length === 0;
  const fail = (rule: string): FieldError[] => [invalid("<nil>", "", `${JSON.stringify(path)} ${rule}`)];
  const errors: FieldError[] = (schema.allOf ?? []).flatMap((one) => validateCustom(one, value, path));
  if (schema.anyOf && !schema.anyOf.some(fits)) errors.push(...fail("must validate at least one schema (anyOf)"));
  if (schema.oneOf) {
    const count = schema.oneOf.filter(fits).length;
    const found = count === 0 ? "Found none valid" : `Found ${count} valid alternatives`;
    if (count !== 1) errors.push(...fail(`must validate one and only one schema (oneOf). ${found}`));
  }
  if (schema.not && fits(schema.not)) errors.push(...fail("must not validate the schema (not)"));
  return errors;
}
