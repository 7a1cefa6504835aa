import { type ProtobufField, protobufTable } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import { defaultOf, scalarOf } from "./protobuf-scalar.ts";
import { readFields, WireError, type WireValue } from "./protobuf-wire.ts";

type Field = ProtobufField;

type Values = ReadonlyMap<number, readonly WireValue[]>;

const MAGIC = "k8s\0";

/**
 * Decodes a body of type `application/vnd.kubernetes.protobuf`: the prefix `k8s\0`, then a `runtime.Unknown` that names the
 * kind and holds the message. Gives the JSON that Go would print for it. Throws for what is not of this form and for kinds
 * that the table does not have.
 */
export function decodeProtobuf(body: Uint8Array): KubeObject {
  const prefix = String.fromCharCode(...body.subarray(0, MAGIC.length));
  if (prefix !== MAGIC) throw new WireError("the body does not begin with the prefix of Kubernetes' protobuf");
  const envelope = readFields(body.subarray(MAGIC.length));
  const type = readFields(bytesOf(last(envelope, 1)));
  const apiVersion = textOf(last(type, 1));
  const kind = textOf(last(type, 2));
  const decoded = decodeMessage(messageOf(apiVersion, kind), bytesOf(last(envelope, 2)));
  return { kind, apiVersion, ...(decoded as object) } as KubeObject;
}

function messageOf(apiVersion: string, kind: string): string {
  const { kinds, metaKinds } = protobufTable();
  const name = kinds[`${apiVersion}/${kind}`] ?? metaKinds[kind];
  if (name === undefined) throw new WireError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return name;
}

function decodeMessage(name: string, bytes: Uint8Array): unknown {
  const message = protobufTable().messages[name];
  if (message === undefined) throw new WireError(`the message \`${name}\` is not known`);
  const [form, ...fields] = message;
  const values = readFields(bytes);
  return form === "" ? structOf(fields, values) : FORMS[form]?.(fields, values);
}

/** Messages whose JSON is no object with their fields. */
const FORMS: Readonly<Record<string, (fields: readonly Field[], values: Values) => unknown>> = {
  duration: (_, values) => goDuration(numberOf(last(values, 1))),
  "int-or-string": (_, values) => (numberOf(last(values, 1)) === 0 ? int32(last(values, 2)) : textOf(last(values, 3))),
  list: (fields, values) => (fields[0] ? listOf(fields[0], values) : []),
  "micro-time": (_, values) => timeOf(values, (iso, micros) => `${iso}.${micros}Z`),
  quantity: (_, values) => textOf(last(values, 1)),
  "raw-json": (_, values) => JSON.parse(textOf(last(values, 1)) || "null"),
  "schema-or-array": (fields, values) => either(fields, values, 0, 1),
  "schema-or-bool": (fields, values) => either(fields, values, 1, 0),
  "schema-or-string-array": (fields, values) => either(fields, values, 0, 1),
  time: (_, values) => timeOf(values, (iso) => `${iso}Z`),
};

function structOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of fields) {
    const [, json, , , flags] = field;
    if (json === "-") continue;
    const value = fieldValue(field, values);
    if (flags.includes("i")) Object.assign(object, value);
    else if (shows(field, value)) object[json] = value;
  }
  return object;
}

/** What Go prints: a pointer that is set always; else `omitempty` and `omitzero` leave out what is empty or zero. */
function shows([, , , , flags]: Field, value: unknown): boolean {
  if (value === undefined) return false;
  if (flags.includes("p")) return true;
  if (flags.includes("z") && isZero(value)) return false;
  return !(flags.includes("e") && isEmpty(value));
}

function fieldValue(field: Field, values: Values): unknown {
  const [number, , type, cardinality, flags] = field;
  const found = values.get(number);
  const optional = flags.includes("p") || flags.includes("e") || flags.includes("z");
  if (cardinality === "r") return found ? listOf(field, values) : optional ? undefined : null;
  if (cardinality === "m") return found ? mapOf(type, found) : optional ? undefined : null;
  const value = found?.at(-1);
  if (value !== undefined) return singleValue(type, value);
  if (optional || flags.includes("i")) return undefined;
  return isMessage(type) ? decodeMessage(type, new Uint8Array()) : defaultOf(type);
}

function listOf([number, , type]: Field, values: Values): unknown[] {
  return (values.get(number) ?? []).map((value) => singleValue(type, value));
}

/** A map is a list of entries with the key in field 1 and the value in field 2. */
function mapOf(type: string, entries: readonly WireValue[]): Record<string, unknown> {
  const pairs = entries.map((entry): [string, unknown] => {
    const values = readFields(bytesOf(entry));
    const value = last(values, 2);
    const absent = isMessage(type) ? decodeMessage(type, new Uint8Array()) : defaultOf(type);
    return [textOf(last(values, 1)), value === undefined ? absent : singleValue(type, value)];
  });
  return Object.fromEntries(pairs);
}

function isMessage(type: string): boolean {
  return type.includes(".");
}

function singleValue(type: string, value: WireValue): unknown {
  return isMessage(type) ? decodeMessage(type, bytesOf(value)) : scalarOf(type, value);
}

/** A union of two fields: the first one when set, else the second. */
function either(fields: readonly Field[], values: Values, first: number, second: number): unknown {
  const set = fields.find((field, index) => index === first && values.has(field[0]));
  const field = set ?? fields[second];
  return field === undefined ? undefined : fieldValue(field, values);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === 0 || value === false || value === "" || value === null;
}

/** A message is zero when all that it prints is. */
function isZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isEmpty(value);
  return Object.values(value).every(isZero);
}

function timeOf(values: Values, format: (iso: string, micros: string) => string): string | null {
  if (values.size === 0) return null;
  const iso = new Date(numberOf(last(values, 1)) * 1000).toISOString().slice(0, 19);
  return format(iso, String(Math.floor(numberOf(last(values, 2)) / 1000)).padStart(6, "0"));
}

/** A duration in ns as Go prints it (`1h30m0s`, `1.5s`). */
function goDuration(nanos: number): string {
  const seconds = Math.abs(nanos) / 1e9;
  const [h, m] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = Number((seconds % 60).toFixed(9));
  return `${nanos < 0 ? "-" : ""}${h > 0 ? `${h}h` : ""}${h > 0 || m > 0 ? `${m}m` : ""}${rest}s`;
}

function last(values: Values, number: number): WireValue | undefined {
  return values.get(number)?.at(-1);
}

function bytesOf(value: WireValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function textOf(value: WireValue | undefined): string {
  return scalarOf("string", bytesOf(value)) as string;
}

function numberOf(value: WireValue | undefined): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : 0;
}

function int32(value: WireValue | undefined): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : 0;
}
