import { apiVersionOf, type Kind } from "../kinds/index.ts";
import {
  deepCopy,
  formatTime,
  type Json,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
} from "../objects/index.ts";
import {
  applyConfig,
  compareFields,
  configErrors,
  difference,
  type FieldPath,
  type FieldSet,
  fieldsOf,
  formatPath,
  isEmptySet,
  type Manager,
  managerKey,
  type OwnerConflict,
  type Ownership,
  type Typed,
  toSet,
  union,
  writeOwnership,
} from "../patch/index.ts";
import { content, managerOf, ownershipOf, setManagedFields, typedOf, type Writing } from "./ownership.ts";
import { badRequest, invalid, type StatusCause, StatusError } from "./status.ts";

/** What an apply leads to: the merged object, with its owners. */
export interface AppliedObject {
  readonly object: KubeObject;
  readonly managedFields: ManagedFieldsEntry[];
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** The field manager of `kubectl apply --server-side`, which takes over from its client-side apply. */
const KUBECTL = "kubectl";

/** 422 without a manager, 400 with owners in the configuration, and upstream's bare error for what no schema knows. */
export function checkConfig(kind: Kind, config: KubeObject, manager: string): void {
  if (manager === "") {
    const message = "Required value: is required for apply patch";
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
      { type: "FieldValueRequired", field: "fieldManager", message },
    ]);
  }
  if (config.metadata?.managedFields !== undefined) throw badRequest("metadata.managedFields must be nil");
  const errors = configErrors(typedOf(kind), config as unknown as Json);
  if (errors.length === 0) return;
  const { namespace, name } = config.metadata;
  const what = `${namespace ?? ""}/${name}; ${apiVersionOf(kind)}, Kind=${kind.kind}`;
  const list = errors.length === 1 ? errors[0] : `errors:\n${errors.map((error) => `  ${error}`).join("\n")}`;
  throw new StatusError(500, "", `failed to create typed patch object (${what}): ${list}`);
}

/** Applies a checked configuration. Throws the 409 that names every conflict, unless `force`. */
export function applyTo(
  kind: Kind,
  live: KubeObject | undefined,
  config: KubeObject,
  writing: Writing & { readonly force: boolean },
): AppliedObject {
  const typed = typedOf(kind);
  const writer = managerOf(kind, "Apply", writing);
  const before = live === undefined ? ownershipOf(undefined) : ownershipBeforeApply(kind, typed, live);
  const base: Json = live ? content(live) : {};
  const request = {
    typed,
    live: base,
    config: config as unknown as Json,
    owners: before.owners,
    manager: managerKey(writer),
  };
  let applied = applyConfig({ ...request, force: writing.force });
  if (!("object" in applied)) {
    const allowed = writing.manager === KUBECTL && live ? lastAppliedFields(typed, live) : undefined;
    const conflicts = applied.filter(({ path }) => allowed === undefined || !isIn(path, allowed));
    if (conflicts.length > 0) throw conflictError(conflicts, before);
    applied = applyConfig({ ...request, force: true });
    if (!("object" in applied)) throw new Error("a forced apply has no conflicts");
  }
  const object = deepCopy(applied.object) as unknown as KubeObject;
  if (writing.manager === KUBECTL) renewLastApplied(object, config);
  const managedFields = writeOwnership(before, applied.owners, writer, formatTime(writing.now));
  setManagedFields(object, managedFields);
  return { object, managedFields };
}

/** An object that nobody is recorded for is what some updater made before. */
function ownershipBeforeApply(kind: Kind, typed: Typed, live: KubeObject): Ownership {
  const known = ownershipOf(live);
  if (known.entries.size > 0 || live.metadata.managedFields !== undefined) return known;
  const manager: Manager = { manager: "before-first-apply", operation: "Update", apiVersion: apiVersionOf(kind) };
  const key = managerKey(manager);
  return { owners: new Map([[key, fieldsOf(typed, content(live))]]), entries: new Map([[key, manager]]) };
}

function conflictError(conflicts: readonly OwnerConflict[], { entries }: Ownership): StatusError {
  const named = conflicts.map(({ manager, path }) => ({ who: nameOf(entries.get(manager)), path: formatPath(path) }));
  const causes: StatusCause[] = named.map(({ who, path }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${who}`,
    field: path,
  }));
  const [first] = named;
  const only = named.length === 1 && first;
  const message = only
    ? `Apply failed with 1 conflict: conflict with ${only.who}: ${only.path}`
    : `Apply failed with ${named.length} conflicts: ${conflictList(named)}`;
  return new StatusError(409, "Conflict", message, { causes });
}

function conflictList(conflicts: readonly { readonly who: string; readonly path: string }[]): string {
  return [...new Set(conflicts.map(({ who }) => who))]
    .sort()
    .flatMap((who) => [
      `conflicts with ${who}:`,
      ...conflicts.filter((one) => one.who === who).map(({ path }) => `- ${path}`),
    ])
    .join("\n");
}

function nameOf(manager: Manager | undefined): string {
  if (manager === undefined) return '"unknown"';
  const name = JSON.stringify(manager.manager);
  const part = manager.subresource ? ` with subresource ${JSON.stringify(manager.subresource)}` : "";
  return manager.operation === "Update" ? `${name}${part} using ${manager.apiVersion}` : `${name}${part}`;
}

/** What client-side apply wrote last and nobody has changed since: these fields kubectl may take over. */
function lastAppliedFields(typed: Typed, live: KubeObject): FieldSet | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const last = JSON.parse(text) as Json;
    const { added, modified, removed } = compareFields(typed, last, content(live));
    return difference(fieldsOf(typed, last), union(union(added, modified), removed));
  } catch {
    // Whoever edited the annotation has made it useless: then there is nothing to take over.
    return undefined;
  }
}

function isIn(path: FieldPath, set: FieldSet): boolean {
  return isEmptySet(difference(toSet(path), set));
}

/** Keeps the annotation of client-side apply up to date where there is one, so that old clients still work. */
function renewLastApplied(object: KubeObject, config: KubeObject): void {
  const { annotations } = object.metadata;
  if (annotations?.[LAST_APPLIED] === undefined) return;
  const copy = deepCopy(config);
  delete copy.metadata.annotations?.[LAST_APPLIED];
  annotations[LAST_APPLIED] = `${JSON.stringify(sorted(copy))}\n`;
}

/** As Go prints maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
