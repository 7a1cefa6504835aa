import { apiVersionOf, type FieldError, type Kind } from "../kinds/index.ts";
import { deepCopy, deepEqual, formatTime, type JsonObject, type KubeObject } from "../objects/index.ts";
import { resourceKey, type SavableStore, type Store, uuid } from "../store/index.ts";
import { admissionContext, allocationErrors, keepAllocations } from "./allocation.ts";
import { applyTo, checkConfig } from "./applying.ts";
import { checkDefinition, markDefinition, releaseDefinition } from "./definition-deletion.ts";
import { definitionStatus, ruleWarnings } from "./definition-status.ts";
import { checkDeletable, isReleased, planDeletion } from "./deletion.ts";
import { checkFields, type Submission } from "./field-validation.ts";
import { generateName, nameErrors } from "./names.ts";
import {
  checkPreconditions,
  finalizerErrors,
  hasGeneration,
  keepServerMetadata,
  nextGeneration,
} from "./object-rules.ts";
import { recordUpdate } from "./ownership.ts";
import { applyPatch } from "./patching.ts";
import { DEFINITIONS, ServedKinds } from "./served-kinds.ts";
import { keepPart, settle } from "./settle.ts";
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound } from "./status.ts";
import type { Deleted, DeleteOptions, PatchKind, WriteOptions, Written } from "./write-options.ts";

export interface RegistryOptions {
  readonly store: Store | SavableStore;
  /** Now, in epoch milliseconds. */
  readonly clock: () => number;
  /** Numbers in [0, 1): name suffixes, addresses, ports. */
  readonly random: () => number;
  /** Asked of every valid object that is about to be stored; throws `StatusError` to refuse it. */
  readonly admit?: Admission;
}

/** What the cluster's webhooks see of a write. */
export type Admission = (write: {
  readonly kind: Kind;
  readonly operation: "CREATE" | "UPDATE";
  readonly object: KubeObject;
}) => void;

const NAMESPACES = { group: "", plural: "namespaces" };
/** Who writes when nobody says so: what is in this process. */
const CONTROLLERS = "kube-controller-manager";
const SUBMITTED: Submission = { kind: "object" };

/**
 * The one way to write: clients through the server, controllers through the loop. Every write passes in one order: decode by
 * schema → namespace → defaults → prepare → name → validate → conflict → generation → store. Throws `StatusError`.
 */
export class Registry {
  readonly store: Store;
  /** What is served: it changes with the CustomResourceDefinitions in the store. */
  readonly kinds: ServedKinds;
  readonly clock: () => number;
  readonly #random: () => number;
  readonly #admit: Admission;

  constructor(options: RegistryOptions) {
    this.store = options.store;
    this.kinds = new ServedKinds(options.store);
    this.clock = options.clock;
    this.#random = options.random;
    this.#admit = options.admit ?? (() => {});
  }

  /** 404 when it is not there. */
  get(kind: Kind, namespace: string | undefined, name: string): KubeObject {
    const found = this.store.get(resourceKey(kind), kind.namespaced ? namespace : undefined, name);
    if (!found) throw notFound(kind, name);
    return asVersion(kind, found);
  }

  /** All of a namespace, or of the cluster. */
  list(kind: Kind, namespace?: string): readonly KubeObject[] {
    return this.store.list(resourceKey(kind), namespace).map((object) => asVersion(kind, object));
  }

  create(kind: Kind, namespace: string | undefined, body: KubeObject, options: WriteOptions = {}): Written {
    const object = deepCopy(body);
    const warnings = this.#decode(kind, namespace, object, options, SUBMITTED);
    if (object.metadata.resourceVersion) {
      throw badRequest("resourceVersion should not be set on objects to be created");
    }
    this.#checkNamespace(kind, object);
    checkDefinition(this.store, kind);
    const status = object.status;
    clearServerFields(kind, object);
    generateName(object, this.#random);
    kind.strategy.defaults?.(object);
    this.#own(kind, undefined, object, options);
    kind.strategy.prepareCreate?.(object, this.#admission());
    if (options.keepStatus && status) object.status = status;
    else if (kind.definition !== undefined && kind.subresources.status) object.status ??= {};
    if (hasGeneration(kind)) object.metadata.generation = 1;
    this.#validate(kind, object, undefined);
    this.#admit({ kind, operation: "CREATE", object });
    this.#establish(kind, object);
    const key = resourceKey(kind);
    if (this.store.get(key, object.metadata.namespace, object.metadata.name)) {
      throw alreadyExists(kind, object.metadata.name);
    }
    const created = options.dryRun ? this.#pretend(object) : this.store.create(key, object);
    return { object: created, warnings: key === DEFINITIONS ? [...warnings, ...ruleWarnings(object)] : warnings };
  }

  update(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    body: KubeObject,
    options: WriteOptions = {},
  ): Written {
    const old = this.get(kind, namespace, name);
    const next = deepCopy(body);
    const warnings = this.#decode(kind, namespace, next, options, SUBMITTED, name);
    return { object: this.#replace(kind, old, next, options), warnings };
  }

  /** Replaces the status alone; everything else in `body` is ignored. */
  updateStatus(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    body: KubeObject,
    options: WriteOptions = {},
  ): Written {
    const old = this.get(kind, namespace, name);
    const next = deepCopy(body);
    const warnings = this.#decode(kind, namespace, next, options, SUBMITTED, name);
    return { object: this.#replaceStatus(kind, old, next, options), warnings };
  }

  /** `patch` is the parsed body; a patch of `status` touches the status alone. */
  patch(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    patch: { readonly kind: PatchKind; readonly body: unknown },
    options: WriteOptions = {},
  ): Written {
    const old = this.get(kind, namespace, name);
    const { object: next, quoted } = applyPatch(kind, old, patch.kind, patch.body);
    const warnings = this.#decode(kind, namespace, next, options, { kind: "patch", patch: quoted }, name);
    const replaced =
      options.subresource === "status"
        ? this.#replaceStatus(kind, old, next, options)
        : this.#replace(kind, old, next, options);
    return { object: replaced, warnings };
  }

  /**
   * Server-side apply: creates the object or merges the configuration into it, and records whose which field is. Throws 409
   * for fields of other managers, unless `options.force`.
   */
  apply(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    body: KubeObject,
    options: WriteOptions = {},
  ): Written & { readonly created: boolean } {
    const config = deepCopy(body);
    settle(kind, namespace, config, name);
    const manager = options.fieldManager ?? "";
    checkConfig(kind, config, manager);
    const { subresource, force = false } = options;
    if (kind.subresources.status) keepPart(config, subresource);
    const stored = this.store.get(resourceKey(kind), config.metadata.namespace, name);
    if (!stored && subresource !== undefined) throw notFound(kind, name);
    if (!stored && config.metadata.uid) throw conflict(kind, name, missingUid(config.metadata.uid));
    const old = stored && asVersion(kind, stored);
    const { object } = applyTo(kind, old, config, { manager, subresource, force, now: this.clock() });
    const applied = { ...options, isOwned: true };
    if (!old) return { ...this.create(kind, namespace, object, applied), created: true };
    const warnings = this.#decode(kind, namespace, object, options, SUBMITTED, name);
    const replaced =
      subresource === "status"
        ? this.#replaceStatus(kind, old, object, applied)
        : this.#replace(kind, old, object, applied);
    return { object: replaced, warnings, created: false };
  }

  /** Removes it, or marks it as terminating and leaves it to whoever holds it. */
  delete(kind: Kind, namespace: string | undefined, name: string, options: DeleteOptions = {}): Deleted {
    const old = this.get(kind, namespace, name);
    checkDeletable(kind, old, options);
    if (resourceKey(kind) === DEFINITIONS) return this.#deleteDefinition(old, options);
    const plan = planDeletion(kind, old, options, this.clock());
    if (options.dryRun) return { object: plan.kind === "mark" ? plan.object : old, removed: plan.kind === "remove" };
    if (plan.kind === "mark") return { object: this.store.update(resourceKey(kind), plan.object), removed: false };
    return { object: this.#remove(kind, old), removed: true };
  }

  /** PUT on a namespace's `finalize`: replaces `spec.finalizers`; a terminating namespace with none left goes. */
  finalizeNamespace(kind: Kind, name: string, body: KubeObject, options: WriteOptions = {}): Written {
    const old = this.get(kind, undefined, name);
    checkPreconditions(kind, body, old);
    const next = deepCopy(old);
    next.spec = { ...next.spec, finalizers: [...(body.spec?.finalizers ?? [])] };
    return { object: this.#save(kind, old, next, options), warnings: [] };
  }

  /** POST on a pod's `binding`: the scheduler's decision. 409 when the pod has a node already. */
  bindPod(kind: Kind, namespace: string | undefined, name: string, node: string, options: WriteOptions = {}): Written {
    const old = this.get(kind, namespace, name);
    if (old.spec?.nodeName && old.spec.nodeName !== node)
      throw alreadyExists({ group: "", plural: "pods/binding" }, name);
    const next = deepCopy(old);
    next.spec = { ...next.spec, nodeName: node };
    return { object: this.#save(kind, old, next, options), warnings: [] };
  }

  #replace(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions): KubeObject {
    checkPreconditions(kind, next, old);
    keepServerMetadata(next, old);
    if (kind.subresources.status) restoreStatus(next, old);
    kind.strategy.defaults?.(next);
    if (isService(kind)) keepAllocations(next, old, this.#admission());
    this.#own(kind, old, next, options);
    kind.strategy.prepareUpdate?.(next, old);
    this.#validate(kind, next, old);
    this.#admit({ kind, operation: "UPDATE", object: next });
    this.#establish(kind, next);
    if (hasGeneration(kind)) next.metadata.generation = nextGeneration(next, old);
    return this.#save(kind, old, next, options);
  }

  #replaceStatus(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions): KubeObject {
    checkPreconditions(kind, next, old);
    const result = deepCopy(old);
    restoreStatus(result, next);
    if (options.isOwned && next.metadata.managedFields) result.metadata.managedFields = next.metadata.managedFields;
    this.#own(kind, old, result, { ...options, subresource: "status" });
    if (kind.custom) {
      kind.strategy.defaults?.(result);
      this.#validate(kind, result, old);
    }
    return this.#save(kind, old, result, options);
  }

  /** Records whose fields these are; an apply has done so already. */
  #own(kind: Kind, old: KubeObject | undefined, next: KubeObject, options: WriteOptions): void {
    if (options.isOwned) return;
    const { fieldManager: manager = CONTROLLERS, subresource } = options;
    recordUpdate(kind, old, next, { manager, subresource, now: this.clock() });
  }

  /** The last step of every update: a terminating object that nothing holds any more goes instead of being stored. */
  #save(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions): KubeObject {
    if (options.dryRun) return next;
    if (isReleased(kind, next)) return this.#remove(kind, old);
    return this.store.update(resourceKey(kind), next);
  }

  #remove(kind: Kind, old: KubeObject): KubeObject {
    const { namespace, name } = old.metadata;
    const removed = this.store.remove(resourceKey(kind), namespace, name) ?? old;
    if (kind.custom) releaseDefinition(this.store, kind.custom.definedBy);
    return removed;
  }

  /** What upstream's controllers say of a definition, at once: it is served from here on. */
  #establish(kind: Kind, definition: KubeObject): void {
    if (resourceKey(kind) !== DEFINITIONS) return;
    definition.status = definitionStatus(definition, this.store.list(DEFINITIONS), this.clock());
  }

  /** A definition goes after its objects; while they are held, so is it. */
  #deleteDefinition(old: KubeObject, options: DeleteOptions): Deleted {
    if (options.dryRun) return { object: old, removed: true };
    const custom = this.kinds.ofResource(old.spec?.group, old.spec?.names?.plural);
    const object = markDefinition(this.store, old, this.clock());
    for (const { metadata } of custom ? this.store.list(resourceKey(custom)) : []) {
      if (custom && !metadata.deletionTimestamp) this.delete(custom, metadata.namespace, metadata.name);
    }
    releaseDefinition(this.store, old.metadata.name);
    const left = this.store.get(DEFINITIONS, undefined, old.metadata.name);
    return { object: left ?? object, removed: left === undefined };
  }

  /** Checks what was sent against the request and the schema, and settles apiVersion, kind and namespace. */
  #decode(
    kind: Kind,
    namespace: string | undefined,
    object: KubeObject,
    options: WriteOptions,
    submission: Submission,
    name?: string,
  ): readonly string[] {
    settle(kind, namespace, object, name);
    return checkFields(kind, object, options.fieldValidation ?? "Warn", submission);
  }

  #checkNamespace(kind: Kind, object: KubeObject): void {
    const { namespace, name } = object.metadata;
    if (!kind.namespaced || namespace === undefined) return;
    const found = this.store.get(resourceKey(NAMESPACES), undefined, namespace);
    if (!found) throw notFound(NAMESPACES, namespace);
    if (!found.metadata.deletionTimestamp) return;
    const message = `namespace ${namespace} is being terminated`;
    const cause = { reason: "NamespaceTerminating", message, field: "metadata.namespace" };
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbidden(kind, name ?? "", why, [cause]);
  }

  #validate(kind: Kind, object: KubeObject, old: KubeObject | undefined): void {
    const errors: FieldError[] = [
      ...(old ? finalizerErrors(object, old) : nameErrors(kind, object.metadata.name)),
      ...(kind.strategy.validate?.(object, old) ?? []),
      ...(isService(kind) ? allocationErrors(object, this.store) : []),
    ];
    if (errors.length > 0) throw invalid(kind, object.metadata.name ?? "", errors);
  }

  #admission(): ReturnType<typeof admissionContext> {
    return admissionContext({ store: this.store, now: this.clock(), random: this.#random });
  }

  /** A dry run's answer: as created, but not stored. */
  #pretend(object: KubeObject): KubeObject {
    const creationTimestamp = formatTime(this.clock());
    return { ...object, metadata: { ...object.metadata, uid: uuid(this.#random), creationTimestamp } };
  }
}

/** Versions of a group share one storage: the object comes out as the version that was asked for. */
export function asVersion(kind: Kind, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(kind);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** What a client may not set on create. */
function clearServerFields(kind: Kind, object: KubeObject): void {
  const metadata = object.metadata as unknown as JsonObject;
  for (const field of ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"]) {
    delete metadata[field];
  }
  // A kubelet registers its node together with its status; no other kind may bring one.
  if (kind.subresources.status && kind.plural !== "nodes") delete object.status;
}

function restoreStatus(next: KubeObject, from: KubeObject): void {
  if (deepEqual(next.status, from.status)) return;
  if (from.status === undefined) delete next.status;
  else next.status = deepCopy(from.status);
}

function missingUid(uid: string): string {
  return `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
}

function isService(kind: Kind): boolean {
  return kind.group === "" && kind.plural === "services";
}
