import { parseQuantity, QUANTITY_ERROR } from "../objects/index.ts";
import { definitionOf, resolveSchema, type Schema } from "./definitions.ts";
import type { FieldError } from "./kind.ts";
import { type Form, formOf, goType, type ScalarForm } from "./schema-walk.ts";

/** What an object has that its schema does not allow. */
export interface SchemaReport {
  /** Paths as upstream's strict decoder words them: `spec.template.spec.containers[0].imagee`. */
  readonly unknown: string[];
  /** Values that upstream's decoder cannot read; the message is complete. */
  readonly typeErrors: FieldError[];
}

interface Place {
  /** With indexes, for unknown fields. */
  readonly path: string;
  /** Without indexes, as Go's decoder names fields. */
  readonly goPath: string;
  /** The Go struct around the field, such as `PodSpec`. */
  readonly struct: string;
}

/** Checks an object against a definition: unknown fields and wrong types. Requirements and values are a kind's `validate`. */
export function checkSchema(definition: string, object: unknown): SchemaReport {
  const report: SchemaReport = { unknown: [], typeErrors: [] };
  const struct = definition.split(".").at(-1) ?? definition;
  walk(definitionOf(definition), object, { path: "", goPath: "", struct }, report);
  return report;
}

function walk(schema: Schema, value: unknown, place: Place, report: SchemaReport): void {
  const resolved = resolveSchema(schema);
  const form = formOf(resolved);
  if (form === "any" || value === null || value === undefined) return;
  if (form === "struct" && isObject(value)) walkStruct(schema, resolved, value, place, report);
  else if (form === "map" && isObject(value)) walkMap(resolved, value, place, report);
  else if (form === "list" && Array.isArray(value)) walkList(resolved, value, place, report);
  else checkScalar({ form, schema, resolved, value }, place, report);
}

function walkStruct(
  schema: Schema,
  resolved: Schema,
  value: Record<string, unknown>,
  place: Place,
  report: SchemaReport,
): void {
  const struct = schema.$ref?.split(".").at(-1) ?? place.struct;
  for (const [key, item] of Object.entries(value)) {
    const property = ownProperty(resolved, key);
    const path = childPath(place.path, key);
    if (property === undefined) report.unknown.push(path);
    else walk(property, item, { path, goPath: childPath(place.goPath, key), struct }, report);
  }
}

function walkMap(
  { additionalProperties }: Schema,
  value: Record<string, unknown>,
  place: Place,
  report: SchemaReport,
): void {
  if (typeof additionalProperties !== "object") return;
  for (const [key, item] of Object.entries(value)) {
    walk(additionalProperties, item, { ...place, path: childPath(place.path, key) }, report);
  }
}

function walkList({ items = {} }: Schema, value: readonly unknown[], place: Place, report: SchemaReport): void {
  value.forEach((item, index) => {
    walk(items, item, { ...place, path: `${place.path}[${index}]` }, report);
  });
}

/** The property of a struct; never one of Object's own prototype. */
export function ownProperty({ properties }: Schema, key: string): Schema | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function childPath(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

const FITS: Readonly<Record<ScalarForm, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === "boolean",
  bytes: (value) => typeof value === "string",
  "int-or-string": (value) => typeof value === "string" || Number.isInteger(value),
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  quantity: (value) => typeof value === "string" || typeof value === "number",
  string: (value) => typeof value === "string",
  time: (value) => typeof value === "string",
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A value at the place where its schema stands. */
interface Found {
  readonly form: Form;
  readonly schema: Schema;
  readonly resolved: Schema;
  readonly value: unknown;
}

/** Also for a list, a map or a struct that came as something else. */
function checkScalar(found: Found, place: Place, report: SchemaReport): void {
  const { form, value } = found;
  const message =
    isScalarForm(form) && FITS[form](value) && !overflows(found)
      ? malformed(form, value)
      : `json: cannot unmarshal ${jsonType(form, value)} into Go ${target(found, place)}`;
  if (message !== undefined) report.typeErrors.push({ type: "FieldValueInvalid", field: place.path, message });
}

/** A number that is too big for upstream's type. */
function overflows({ form, resolved, value }: Found): boolean {
  if (form !== "integer") return false;
  const limit = resolved.format === "int32" ? 2 ** 31 : 2 ** 63;
  return Number(value) >= limit || Number(value) < -limit;
}

function isScalarForm(form: Form): form is ScalarForm {
  return Object.hasOwn(FITS, form);
}

/** Types with a reader of their own are named without their field. */
function target({ form, schema, resolved }: Found, place: Place): string {
  if (form === "time" || form === "int-or-string") return "value of type string";
  return `struct field ${place.struct}.${place.goPath} of type ${goType(schema, resolved)}`;
}

/** Right kind of JSON, wrong text. */
function malformed(form: ScalarForm, value: unknown): string | undefined {
  if (form === "quantity" && parseQuantity(value as string | number) === undefined) return QUANTITY_ERROR;
  if (form === "bytes" && !BASE64.test(String(value).replace(/[\r\n]/g, "")))
    return `illegal base64 data at input byte ${badByte(String(value))}`;
  if (form === "time" && Number.isNaN(Date.parse(String(value)))) {
    const text = JSON.stringify(value);
    return `parsing time ${text} as "2006-01-02T15:04:05Z07:00": cannot parse ${text} as "2006"`;
  }
  return undefined;
}

/** Where a base64 reader stops: the first wrong character, else the start of the incomplete last group. */
function badByte(text: string): number {
  const wrong = text.search(/[^A-Za-z0-9+/=\r\n]/);
  return wrong >= 0 ? wrong : Math.floor(text.length / 4) * 4;
}

function jsonType(form: Form, value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" && form === "integer") return `number ${value}`;
  return typeof value;
}
