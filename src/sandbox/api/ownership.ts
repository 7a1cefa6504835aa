import { apiVersionOf, isInlineField, type Kind, loadDefinitions } from "../kinds/index.ts";
import { formatTime, type Json, type KubeObject, type ManagedFieldsEntry } from "../objects/index.ts";
import {
  type ApplySchema,
  type Manager,
  managerKey,
  type Ownership,
  type ResolveRef,
  readOwnership,
  type Typed,
  updateOwners,
  writeOwnership,
} from "../patch/index.ts";

/** Who writes, when, and to which part of the object. */
export interface Writing {
  readonly manager: string;
  readonly subresource?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

const resolveDefinition: ResolveRef = (ref) => loadDefinitions()[ref.replace("#/definitions/", "")];
const UNTYPED: ApplySchema = {};

/** A kind's schema as ownership and apply see it. */
export function typedOf(kind: Kind): Typed {
  if (kind.definition === undefined)
    return { schema: (kind.custom?.schema as ApplySchema | undefined) ?? UNTYPED, resolve: resolveDefinition };
  return { schema: { $ref: `#/definitions/${kind.definition}` }, resolve: resolveDefinition, isInline: isInlineField };
}

/** Sets `managedFields` of what is about to be stored by a write other than apply. `old` is undefined on create. */
export function recordUpdate(kind: Kind, old: KubeObject | undefined, next: KubeObject, writing: Writing): void {
  const typed = typedOf(kind);
  const writer = managerOf(kind, "Update", writing);
  const before = ownershipBefore(old, next, writing.subresource);
  const live: Json = old ? content(old) : {};
  const owners = updateOwners(typed, live, content(next), { owners: before.owners, manager: managerKey(writer) });
  setManagedFields(next, writeOwnership(before, owners, writer, formatTime(writing.now)));
}

/** The identity of a writer. */
export function managerOf(kind: Kind, operation: "Apply" | "Update", { manager, subresource }: Writing): Manager {
  return { manager, operation, apiVersion: apiVersionOf(kind), ...(subresource !== undefined && { subresource }) };
}

/** The object as JSON, without what says who owns it. */
export function content(object: KubeObject): Json {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata } as unknown as Json;
}

/** Replaces `managedFields`; an empty list is no list. */
export function setManagedFields(object: KubeObject, entries: ManagedFieldsEntry[]): void {
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

/** What an object says of its owners; nothing where it cannot be read. */
export function ownershipOf(object: KubeObject | undefined): Ownership {
  return readOwnership(object?.metadata.managedFields) ?? NOBODY;
}

const NOBODY: Ownership = { owners: new Map(), entries: new Map() };

/**
 * A client may rewrite `managedFields` (as kubectl does when it moves to server-side apply), or reset them by `[{}]`. One
 * that leaves them out, or sends nonsense, changes nothing.
 */
function ownershipBefore(old: KubeObject | undefined, next: KubeObject, subresource: string | undefined): Ownership {
  const sent: unknown = next.metadata.managedFields;
  if (subresource !== undefined || !Array.isArray(sent) || sent.length === 0) return ownershipOf(old);
  if (sent.length === 1 && typeof sent[0] === "object" && Object.keys(sent[0] ?? {}).length === 0) return NOBODY;
  return readOwnership(sent as ManagedFieldsEntry[]) ?? ownershipOf(old);
}
