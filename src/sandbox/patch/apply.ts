import type { Json } from "../objects/index.ts";
import { mergeTyped } from "./apply-merge.ts";
import type { Typed } from "./apply-schema.ts";
import {
  difference,
  EMPTY_SET,
  type FieldPath,
  type FieldSet,
  intersection,
  isEmptySet,
  pathsOf,
  union,
} from "./field-set.ts";
import { type Comparison, compareFields, fieldsOf, removeFields, withNamedFields, written } from "./typed-fields.ts";

/** Who owns what, by the manager's identity. */
export type Owners = ReadonlyMap<string, FieldSet>;

/** One field that another manager owns and an apply would change. */
export interface OwnerConflict {
  readonly manager: string;
  readonly path: FieldPath;
}

export interface Applied {
  readonly object: Json;
  readonly owners: Owners;
}

export interface ApplyRequest {
  readonly typed: Typed;
  readonly live: Json;
  readonly config: Json;
  readonly owners: Owners;
  readonly manager: string;
  /** Take over what others own. */
  readonly force: boolean;
}

/**
 * Server-side apply, by the algorithm of sigs.k8s.io/structured-merge-diff: merge, take away what the manager applied before and
 * applies no longer (unless others own it), then see whose fields changed. Gives the conflicts instead, where there are any.
 */
export function applyConfig(request: ApplyRequest): Applied | readonly OwnerConflict[] {
  const { typed, live, config, manager, force } = request;
  const last = request.owners.get(manager);
  const owners = new Map(request.owners).set(manager, fieldsOf(typed, config));
  const merged = mergeTyped(typed, live, config);
  const object = last === undefined || isEmptySet(last) ? merged : prune(typed, merged, last, owners);
  const comparison = compareFields(typed, live, object);
  const conflicts = conflictsOf(owners, manager, comparison);
  if (conflicts.length > 0 && !force) return conflicts;
  return { object, owners: withoutLosses(owners, manager, comparison) };
}

/**
 * Whose the fields are after a plain write: what the write changed or added is its manager's alone, what it removed is nobody's.
 */
export function updateOwners(
  typed: Typed,
  live: Json,
  next: Json,
  request: { readonly owners: Owners; readonly manager: string },
): Owners {
  const { owners, manager } = request;
  const comparison = compareFields(typed, live, next);
  const changed = written(comparison);
  // The manager loses what it changes like anyone else, and then gets all that this write has touched.
  const left = new Map(withoutLosses(owners, undefined, comparison));
  if (!isEmptySet(changed)) left.set(manager, union(left.get(manager) ?? EMPTY_SET, changed));
  return left;
}

/** Takes away what `last` had and the new configuration has not, as long as no other manager owns it. */
function prune(typed: Typed, merged: Json, last: FieldSet, owners: Owners): Json {
  const named = (value: Json, set: FieldSet): FieldSet => withNamedFields(typed, value, set);
  const all = named(merged, fieldsOf(typed, merged));
  const owned = [...owners.values()].reduce((sum, set) => union(sum, named(merged, set)), EMPTY_SET);
  const before = named(merged, last);
  const without = (set: FieldSet): Json => removeFields(typed, merged, set) ?? {};
  const leftOf = (value: Json): FieldSet => difference(all, named(value, fieldsOf(typed, value)));
  const first = without(before);
  const ownedBack = without(difference(leftOf(first), owned));
  return without(intersection(leftOf(ownedBack), before));
}

function conflictsOf(owners: Owners, manager: string, comparison: Comparison): OwnerConflict[] {
  const changed = written(comparison);
  return [...owners]
    .filter(([other]) => other !== manager)
    .flatMap(([other, set]) => pathsOf(intersection(set, changed)).map((path) => ({ manager: other, path })));
}

/** Every manager but `keeper` loses what was changed; a manager that has nothing left is forgotten. */
function withoutLosses(owners: Owners, keeper: string | undefined, comparison: Comparison): Owners {
  const lost = union(written(comparison), comparison.removed);
  const left = new Map<string, FieldSet>();
  for (const [manager, set] of owners) {
    const kept = manager === keeper ? set : difference(set, lost);
    if (!isEmptySet(kept)) left.set(manager, kept);
  }
  return left;
}
