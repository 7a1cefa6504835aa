import type { Json, JsonObject } from "../objects/index.ts";
import { EMPTY_SET, type FieldPath, type FieldSet, fieldSet, LEAF } from "./field-set.ts";
import { isObject } from "./merge-patch.ts";

const ELEMENT = /^[fkvi]:/;

/** The element of a field by its name. */
export function nameElement(name: string): string {
  return `f:${name}`;
}

/** The element of a list's item by its keys, e.g. `{ port: 80, protocol: "TCP" }`. */
export function keyElement(keys: Readonly<Record<string, Json>>): string {
  const sorted = Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1));
  return `k:${JSON.stringify(Object.fromEntries(sorted))}`;
}

/** The element of an item of a list that is a set. */
export function valueElement(value: Json): string {
  return `v:${JSON.stringify(value)}`;
}

/** A set as `managedFields[].fieldsV1`. A field with others below it says by `.` that it is in the set itself. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const children = [...set.children].sort(([a], [b]) => (a < b ? -1 : 1));
  const own = set.isMember && children.length > 0 ? [[".", {}] as const] : [];
  return Object.fromEntries([...own, ...children.map(([element, child]) => [element, toFieldsV1(child)] as const)]);
}

/** The set that a `fieldsV1` holds; undefined for what is none. */
export function fromFieldsV1(fields: unknown): FieldSet | undefined {
  if (!isObject(fields)) return undefined;
  const read = readNode(fields);
  // An empty root is an empty set, an empty child a field.
  return read === LEAF ? EMPTY_SET : read;
}

function readNode(node: { readonly [key: string]: Json }): FieldSet | undefined {
  const entries = Object.entries(node);
  if (entries.length === 0) return LEAF;
  const children: [string, FieldSet][] = [];
  for (const [element, value] of entries) {
    if (element === ".") continue;
    const child = isObject(value) && ELEMENT.test(element) ? readNode(value) : undefined;
    if (child === undefined) return undefined;
    children.push([element, child]);
  }
  return fieldSet(Object.hasOwn(node, "."), children);
}

/** A path as error messages have it: `.spec.containers[name="app"].image`. */
export function formatPath(path: FieldPath): string {
  return path.map(formatElement).join("");
}

function formatElement(element: string): string {
  const text = element.slice(2);
  if (element.startsWith("f:")) return `.${text}`;
  if (element.startsWith("v:")) return `[=${text}]`;
  if (element.startsWith("i:")) return `[${text}]`;
  const keys = Object.entries(JSON.parse(text) as Record<string, Json>);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
}
