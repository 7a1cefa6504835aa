import { deepEqual, type Json } from "../objects/index.ts";
import { type Field, type Shape, shapeOf, type Typed } from "./apply-schema.ts";
import { below, EMPTY_SET, type FieldSet, fieldSet, isEmptySet, LEAF, union } from "./field-set.ts";
import { nameElement } from "./fields-v1.ts";
import { isObject } from "./merge-patch.ts";

/** The fields of two objects that are in the new one alone, in both but different, in the old one alone. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

interface Child {
  readonly typed: Typed;
  readonly value: Json;
  readonly field: Field | undefined;
}

type Children = ReadonlyMap<string, Child>;

const NOTHING: Comparison = { added: EMPTY_SET, modified: EMPTY_SET, removed: EMPTY_SET };

/** The parts of a map or a list by their path elements; undefined for what is owned as a whole. */
export function childrenOf(typed: Typed, value: Json | undefined): Children | undefined {
  const shape = shapeOf(typed, value);
  if (shape.kind === "map" && isObject(value)) return mapChildren(shape.field, value);
  return shape.kind === "list" && Array.isArray(value) ? listChildren(shape, value) : undefined;
}

function mapChildren(fieldOf: (name: string) => Field | undefined, value: { readonly [key: string]: Json }): Children {
  const children = new Map<string, Child>();
  for (const [name, item] of Object.entries(value)) {
    const field = fieldOf(name);
    if (field !== undefined && item !== undefined)
      children.set(nameElement(name), { typed: field.typed, value: item, field });
  }
  return children;
}

function listChildren(shape: Shape & { kind: "list" }, value: readonly Json[]): Children {
  const children = new Map<string, Child>();
  for (const item of value) {
    const element = shape.elementOf(item);
    if (typeof element === "string") children.set(element, { typed: shape.item, value: item, field: undefined });
  }
  return children;
}

/** Every field that a configuration names: what its applier owns. */
export function fieldsOf(typed: Typed, value: Json): FieldSet {
  const children = childrenOf(typed, value);
  if (children === undefined) return LEAF;
  const sets = [...children].map(([element, child]) => {
    const set = fieldsOf(child.typed, child.value);
    const isOwn = !child.field?.isNamed || child.value === null || isEmptyMap(child.value);
    return [element, isOwn ? fieldSet(true, set.children) : set] as const;
  });
  return fieldSet(false, sets);
}

function isEmptyMap(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Compares two objects of one schema. */
export function compareFields(typed: Typed, before: Json, after: Json): Comparison {
  if (deepEqual(before, after)) return NOTHING;
  const old = childrenOf(typed, before);
  const next = childrenOf(typed, after);
  if (old === undefined || next === undefined) return { ...NOTHING, modified: LEAF };
  const parts = [...new Set([...old.keys(), ...next.keys()])].map(
    (element) => [element, compareChild(old.get(element), next.get(element))] as const,
  );
  const gather = (part: keyof Comparison): FieldSet =>
    fieldSet(
      false,
      parts.map(([element, compared]) => [element, compared[part]] as const),
    );
  return { added: gather("added"), modified: gather("modified"), removed: gather("removed") };
}

function compareChild(before: Child | undefined, after: Child | undefined): Comparison {
  if (before && after) return compareFields(after.typed, before.value, after.value);
  if (after) return { ...NOTHING, added: whole(after, true) };
  return before ? { ...NOTHING, removed: whole(before, true) } : NOTHING;
}

/**
 * A part that came or went, with all below it. What is always there is not new itself, as long as what it stands in was there:
 * `parentStood`.
 */
function whole({ typed, value, field }: Child, parentStood: boolean): FieldSet {
  const children = childrenOf(typed, value);
  if (children === undefined) return LEAF;
  const stood = parentStood && field?.isInline === true;
  const sets = [...children].map(([element, child]) => [element, whole(child, stood)] as const);
  return fieldSet(!stood, sets);
}

/** The set, with every declared field that leads to a part of it: so that removing the part leaves no empty shell. */
export function withNamedFields(typed: Typed, value: Json, set: FieldSet): FieldSet {
  const children = childrenOf(typed, value);
  if (children === undefined) return set;
  const sets = [...set.children].map(([element, part]) => {
    const child = children.get(element);
    if (child === undefined) return [element, part] as const;
    const inner = withNamedFields(child.typed, child.value, part);
    return [element, fieldSet(inner.isMember || child.field?.isNamed === true, inner.children)] as const;
  });
  return fieldSet(set.isMember, sets);
}

/** The value without what is in the set; undefined when nothing is left of it. */
export function removeFields(typed: Typed, value: Json, set: FieldSet): Json | undefined {
  if (isEmptySet(set)) return value;
  const shape = shapeOf(typed, value);
  if (shape.kind === "map" && isObject(value)) {
    const entries = Object.entries(value).flatMap(([name, item]) => {
      const left = removeChild(
        shape.field(name)?.typed ?? { ...typed, schema: undefined },
        item,
        nameElement(name),
        set,
      );
      return left === undefined ? [] : [[name, left] as const];
    });
    return entries.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(entries);
  }
  if (shape.kind === "list" && Array.isArray(value)) {
    const items = value.flatMap((item) => {
      const element = shape.elementOf(item);
      const left = typeof element === "string" ? removeChild(shape.item, item, element, set) : item;
      return left === undefined ? [] : [left];
    });
    return items.length === 0 && value.length > 0 ? undefined : items;
  }
  return value;
}

function removeChild(typed: Typed, value: Json, element: string, set: FieldSet): Json | undefined {
  const part = below(set, element);
  if (part.isMember) return undefined;
  return removeFields(typed, value, part);
}

/** The union of both sides of a comparison that a writer becomes the owner of. */
export function written({ added, modified }: Comparison): FieldSet {
  return union(added, modified);
}
