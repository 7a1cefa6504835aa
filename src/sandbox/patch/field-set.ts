/**
 * A set of fields of an object, as a trie over path elements. Elements are written as in `fieldsV1`: `f:name`,
 * `k:{"name":"app"}` (an item of a list by its keys), `v:"x"` (an item of a set), `i:0`. Values never change.
 */
export interface FieldSet {
  /** Whether the path that leads here is in the set itself. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** One element after the other, from the object's root. */
export type FieldPath = readonly string[];

const NO_CHILDREN: ReadonlyMap<string, FieldSet> = new Map();

export const EMPTY_SET: FieldSet = { isMember: false, children: NO_CHILDREN };
/** A path that ends here. */
export const LEAF: FieldSet = { isMember: true, children: NO_CHILDREN };

/** A set from its parts; children that are empty are left out. */
export function fieldSet(isMember: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  const kept = new Map<string, FieldSet>();
  for (const [element, child] of children) if (!isEmptySet(child)) kept.set(element, child);
  if (kept.size === 0) return isMember ? LEAF : EMPTY_SET;
  return { isMember, children: kept };
}

/** Whether no path ends in a set. */
export function isEmptySet(set: FieldSet): boolean {
  return !set.isMember && set.children.size === 0;
}

/** What is below one element. */
export function below(set: FieldSet, element: string): FieldSet {
  return set.children.get(element) ?? EMPTY_SET;
}

/** The paths that end in one of two sets, or in both. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const own = children.get(element);
    children.set(element, own ? union(own, child) : child);
  }
  return fieldSet(a.isMember || b.isMember, children);
}

/** What is in `a` and not in `b`; a path in `b` says nothing about what is below it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  const children = [...a.children].map(([element, child]) => [element, difference(child, below(b, element))] as const);
  return fieldSet(a.isMember && !b.isMember, children);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = [...a.children].map(
    ([element, child]) => [element, intersection(child, below(b, element))] as const,
  );
  return fieldSet(a.isMember && b.isMember, children);
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  return isEmptySet(difference(a, b)) && isEmptySet(difference(b, a));
}

/** Every path that is in the set, in order of its elements. */
export function pathsOf(set: FieldSet): FieldPath[] {
  const own: FieldPath[] = set.isMember ? [[]] : [];
  const children = [...set.children].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...own, ...children.flatMap(([element, child]) => pathsOf(child).map((path) => [element, ...path]))];
}

/** The set of this one path. */
export function toSet(path: FieldPath): FieldSet {
  return path.reduceRight<FieldSet>((set, element) => ({ isMember: false, children: new Map([[element, set]]) }), LEAF);
}
