import type { ManagedFieldsEntry } from "../objects/index.ts";
import type { Owners } from "./apply.ts";
import { difference, equalSets, type FieldSet, isEmptySet, LEAF, union } from "./field-set.ts";
import { fromFieldsV1, toFieldsV1 } from "./fields-v1.ts";

/** Who writes: what tells one entry of `managedFields` from another. */
export interface Manager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource?: string;
}

/** `managedFields` of an object in the form that the algorithm works on. */
export interface Ownership {
  readonly owners: Owners;
  readonly entries: ReadonlyMap<string, Manager & { readonly time?: string }>;
}

const MANAGER_LIMIT = 10;
const ANCIENT = "ancient-changes";

/** What the server sets by itself, and no one owns. */
const NOBODYS: FieldSet = nobodys();

function nobodys(): FieldSet {
  const metadata = [
    "clusterName",
    "creationTimestamp",
    "generation",
    "managedFields",
    "name",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
  ];
  const leaves = (names: readonly string[]): [string, FieldSet][] => names.map((name) => [`f:${name}`, LEAF]);
  const children = new Map(leaves(["apiVersion", "kind"]));
  children.set("f:metadata", { isMember: true, children: new Map(leaves(metadata)) });
  return { isMember: false, children };
}

/** The key of a manager's entry. An applier keeps its entry when it moves to another version. */
export function managerKey({ manager, operation, apiVersion, subresource }: Manager): string {
  return JSON.stringify([manager, operation, operation === "Apply" ? "" : apiVersion, subresource ?? ""]);
}

/** Reads `managedFields`; undefined when an entry is not of the form that the API has. */
export function readOwnership(entries: readonly ManagedFieldsEntry[] = []): Ownership | undefined {
  const owners = new Map<string, FieldSet>();
  const known = new Map<string, Manager & { readonly time?: string }>();
  for (const entry of entries) {
    if (entry.operation !== "Apply" && entry.operation !== "Update") return undefined;
    const set = entry.fieldsType === "FieldsV1" ? fromFieldsV1(entry.fieldsV1 ?? {}) : undefined;
    if (set === undefined) return undefined;
    const { fieldsType: _type, fieldsV1: _fields, ...manager } = entry;
    const key = managerKey(manager);
    const before = owners.get(key);
    owners.set(key, before ? union(before, set) : set);
    known.set(key, manager);
  }
  return { owners, entries: known };
}

/**
 * Writes `managedFields` after `writer` wrote at `time`: each entry without what no one owns. Appliers stand first, then
 * updaters by time. Past ten updaters the oldest become one.
 */
export function writeOwnership(before: Ownership, owners: Owners, writer: Manager, time: string): ManagedFieldsEntry[] {
  const writerKey = managerKey(writer);
  const entries: ManagedFieldsEntry[] = [];
  for (const [key, set] of owners) {
    const kept = difference(set, NOBODYS);
    const known = key === writerKey ? { ...writer, time: timeOf(before, key, kept, time) } : before.entries.get(key);
    if (known === undefined || isEmptySet(kept)) continue;
    entries.push(entryOf(known, kept));
  }
  return capped(entries.sort(byOperationAndTime));
}

/** An entry that is as it was keeps its time: so a write that changes nothing changes nothing. */
function timeOf(before: Ownership, key: string, set: FieldSet, now: string): string {
  const old = before.owners.get(key);
  const time = before.entries.get(key)?.time;
  return old !== undefined && time !== undefined && equalSets(old, set) ? time : now;
}

function entryOf(
  { manager, operation, apiVersion, subresource, time }: Manager & { time?: string },
  set: FieldSet,
): ManagedFieldsEntry {
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: "FieldsV1",
    fieldsV1: toFieldsV1(set),
    ...(subresource && { subresource }),
  };
}

function byOperationAndTime(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const rank = (entry: ManagedFieldsEntry): string => `${entry.operation} ${entry.time ?? ""} ${entry.manager}`;
  return compare(rank(a), rank(b)) || compare(a.subresource ?? "", b.subresource ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function capped(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const updates = entries.filter(({ operation }) => operation === "Update");
  const surplus = new Set(updates.length > MANAGER_LIMIT ? updates.slice(0, updates.length - MANAGER_LIMIT + 1) : []);
  const [first] = surplus;
  if (first === undefined) return [...entries];
  const fields = [...surplus].flatMap((entry) => fromFieldsV1(entry.fieldsV1) ?? []).reduce(union);
  const { subresource: _, ...ancient } = { ...first, manager: ANCIENT, fieldsV1: toFieldsV1(fields) };
  const kept = entries.filter((entry) => !surplus.has(entry));
  const at = kept.findIndex(({ operation }) => operation === "Update");
  return [...kept.slice(0, at), ancient, ...kept.slice(at)];
}
