import type { Json } from "../objects/index.ts";
import { checkSchema, isObject } from "./check-schema.ts";
import { type CustomSchema, OBJECT_META } from "./custom-schema.ts";

type JsonMap = Record<string, Json>;

const ROOT_FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** Fields that a custom resource's schema does not know, as upstream's strict decoder words them. */
export function unknownFields(schema: CustomSchema, object: object): string[] {
  const unknown: string[] = [];
  visit(schema, object as JsonMap, "", (_parent, _key, path) => unknown.push(path));
  return unknown;
}

/** Removes what the schema does not know. Changes the object itself. */
export function pruneCustom(schema: CustomSchema, object: object): void {
  visit(schema, object as JsonMap, "", (parent, key) => {
    delete parent[key];
  });
}

type OnUnknown = (parent: JsonMap, key: string, path: string) => void;

function visit(schema: CustomSchema, value: Json, path: string, onUnknown: OnUnknown): void {
  if (schema === OPEN) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(schema.items ?? {}, item, `${path}[${index}]`, onUnknown);
  } else if (isObject(value)) visitFields(schema, value as JsonMap, path, onUnknown);
}

function visitFields(schema: CustomSchema, object: JsonMap, path: string, onUnknown: OnUnknown): void {
  const isEmbedded = path === "" || schema["x-kubernetes-embedded-resource"] === true;
  for (const [key, value] of Object.entries(object)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (isEmbedded && ROOT_FIELDS.has(key)) {
      if (key === "metadata") visitMetadata(value, at, onUnknown);
      continue;
    }
    const known = propertyOf(schema, key);
    if (known === undefined) onUnknown(object, key, at);
    else visit(known, value, at, onUnknown);
  }
}

/** For what is kept whole: nothing below it is unknown. */
const OPEN: CustomSchema = { "x-kubernetes-preserve-unknown-fields": true };

function propertyOf(schema: CustomSchema, key: string): CustomSchema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  if (typeof additionalProperties === "object") return additionalProperties;
  const isOpen = additionalProperties === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  return isOpen ? OPEN : undefined;
}

function visitMetadata(metadata: Json, path: string, onUnknown: OnUnknown): void {
  if (!isObject(metadata)) return;
  for (const field of checkSchema(OBJECT_META, metadata).unknown) {
    if (!/[.[]/.test(field)) onUnknown(metadata as JsonMap, field, `${path}.${field}`);
  }
}

/** Fills defaults, and drops nulls that the schema does not allow. Changes the object itself. */
export function applyDefaults(schema: CustomSchema, value: Json): void {
  if (Array.isArray(value)) {
    for (const item of value) applyDefaults(schema.items ?? {}, item);
  } else if (isObject(value)) defaultFields(schema, value as JsonMap);
}

function defaultFields(schema: CustomSchema, object: JsonMap): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const isUnset = object[key] === undefined || (object[key] === null && property.nullable !== true);
    if (isUnset && property.default !== undefined) object[key] = structuredClone(property.default);
  }
  for (const [key, value] of Object.entries(object)) {
    const known = propertyOf(schema, key);
    if (known === undefined) continue;
    const isDeclared = known.type !== undefined;
    if (value === null && isDeclared && known.nullable !== true) delete object[key];
    else applyDefaults(known, value);
  }
}
