import type { Json } from "../objects/index.ts";
import { keyElement, valueElement } from "./fields-v1.ts";
import { isObject } from "./merge-patch.ts";
import type { PatchSchema, ResolveRef } from "./patch-schema.ts";

/** The part of a schema that server-side apply reads. */
export interface ApplySchema extends PatchSchema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, ApplySchema>>;
  readonly items?: ApplySchema;
  readonly additionalProperties?: ApplySchema | boolean;
  readonly default?: unknown;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
}

/** A schema, and how to follow its references. */
export interface Typed {
  readonly schema: ApplySchema | undefined;
  readonly resolve: ResolveRef;
  /** Whether a struct's field is, in upstream's types, always there: then it has no owner of its own. */
  readonly isInline?: (definition: string, field: string) => boolean;
}

/** How a value is owned and merged. */
export type Shape =
  /** As a whole: scalars, and what is declared atomic. */
  | { readonly kind: "leaf" }
  | { readonly kind: "map"; readonly field: (name: string) => Field | undefined }
  | { readonly kind: "list"; readonly item: Typed; readonly elementOf: (item: Json) => string | ElementError };

export interface Field {
  readonly typed: Typed;
  /** Declared by name, as opposed to a key of a map that takes any. */
  readonly isNamed: boolean;
  readonly isInline: boolean;
}

/** Why an item of a list cannot be told from the others. */
export interface ElementError {
  readonly error: string;
}

const LEAF_SHAPE: Shape = { kind: "leaf" };
/** Keys of lists that clients may leave out; upstream has them in its OpenAPI. */
const KEY_DEFAULTS: Readonly<Record<string, Json>> = { protocol: "TCP" };
const DEFINITIONS = "#/definitions/";

/** The shape of a value where this schema stands. What has no schema is shaped by what it is: lists are whole. */
export function shapeOf(typed: Typed, value: Json | undefined): Shape {
  const { schema, resolve } = typed;
  const own = schema?.$ref === undefined ? schema : (resolve(schema.$ref) as ApplySchema | undefined);
  if (isObject(value)) return mapShape(typed, own ?? {});
  return Array.isArray(value) ? listShape(typed, schema ?? {}, own ?? {}) : LEAF_SHAPE;
}

function mapShape(typed: Typed, own: ApplySchema): Shape {
  if (own["x-kubernetes-map-type"] === "atomic" || typed.schema?.["x-kubernetes-map-type"] === "atomic")
    return LEAF_SHAPE;
  const { properties, additionalProperties } = own;
  const definition = typed.schema?.$ref?.slice(DEFINITIONS.length);
  const isOpen = own["x-kubernetes-preserve-unknown-fields"] === true || (!properties && !additionalProperties);
  const field = (name: string): Field | undefined => {
    if (properties !== undefined && Object.hasOwn(properties, name)) {
      const isInline = definition !== undefined && (typed.isInline?.(definition, name) ?? false);
      return { typed: { ...typed, schema: properties[name] }, isNamed: true, isInline };
    }
    const schema = typeof additionalProperties === "object" ? additionalProperties : undefined;
    if (schema === undefined && additionalProperties !== true && !isOpen) return undefined;
    return { typed: { ...typed, schema }, isNamed: false, isInline: false };
  };
  return { kind: "map", field };
}

function listShape(typed: Typed, schema: ApplySchema, own: ApplySchema): Shape {
  const type = schema["x-kubernetes-list-type"] ?? own["x-kubernetes-list-type"] ?? typeByPatch(schema);
  const item: Typed = { ...typed, schema: own.items };
  if (type === "set") return { kind: "list", item, elementOf: valueElement };
  if (type !== "map") return LEAF_SHAPE;
  const mergeKey = schema["x-kubernetes-patch-merge-key"];
  const keys =
    schema["x-kubernetes-list-map-keys"] ?? own["x-kubernetes-list-map-keys"] ?? (mergeKey ? [mergeKey] : []);
  return { kind: "list", item, elementOf: (value) => elementByKeys(keys, item, value) };
}

/** Lists that are older than list types are merged as strategic patches merge them. */
function typeByPatch(schema: ApplySchema): string | undefined {
  if (!schema["x-kubernetes-patch-strategy"]?.split(",").includes("merge")) return undefined;
  return schema["x-kubernetes-patch-merge-key"] === undefined ? "set" : "map";
}

function elementByKeys(keys: readonly string[], { schema, resolve }: Typed, value: Json): string | ElementError {
  if (!isObject(value)) return { error: "associative list with keys may not have non-map elements" };
  const own = schema?.$ref === undefined ? schema : (resolve(schema.$ref) as ApplySchema | undefined);
  const found: Record<string, Json> = {};
  const missing: string[] = [];
  for (const key of keys) {
    const fallback = (own?.properties?.[key]?.default as Json | undefined) ?? KEY_DEFAULTS[key];
    const part = value[key] ?? fallback;
    if (part === undefined) missing.push(key);
    else found[key] = part;
  }
  // Upstream takes an item that has at least one of the keys.
  if (Object.keys(found).length > 0) return keyElement(found);
  const names = missing.map((key) => JSON.stringify(key)).join(", ");
  return {
    error: `associative list with keys has an element that omits key field ${names} (and doesn't have default value)`,
  };
}
