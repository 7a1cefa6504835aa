import type { Kind } from "../kinds/index.ts";
import { deepCopy, type KubeObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";
import { applyTo, checkConfig } from "./applying.ts";
import type { AuthorizationMode } from "./auth/access.ts";
import { markDefinition, releaseDefinition } from "./definition-deletion.ts";
import { checkDeletable, planDeletion } from "./deletion.ts";
import { checkFields, type Submission } from "./field-validation.ts";
import { asVersion, checkPreconditions } from "./object-rules.ts";
import { ObjectWriter, type WriterOptions } from "./object-writer.ts";
import { applyPatch } from "./patching.ts";
import { DEFINITIONS, ServedKinds } from "./served-kinds.ts";
import { keepPart, settle } from "./settle.ts";
import { alreadyExists, conflict, notFound } from "./status.ts";
import type { Deleted, DeleteOptions, PatchKind, WriteOptions, Written } from "./write-options.ts";

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
  readonly authorization: AuthorizationMode;
  readonly #writer: ObjectWriter;

  constructor(options: WriterOptions) {
    this.store = options.store;
    this.kinds = new ServedKinds(options.store);
    this.clock = options.clock;
    this.authorization = options.authorization ?? "AlwaysAllow";
    this.#writer = new ObjectWriter(options);
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
    return this.#writer.create(kind, object, options, warnings);
  }

  /** Replaces the object; what only the server sets stays. Through `status` it replaces the status alone. */
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
    return this.#writer.write(kind, old, next, options, warnings);
  }

  /** Replaces the status alone; everything else in `body` is ignored. */
  updateStatus(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    body: KubeObject,
    options: WriteOptions = {},
  ): Written {
    return this.update(kind, namespace, name, body, { ...options, subresource: "status" });
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
    return this.#writer.write(kind, old, next, options, warnings);
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
    if (!stored && config.metadata.uid)
      throw conflict(
        kind,
        name,
        `uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`,
      );
    const old = stored && asVersion(kind, stored);
    const { object } = applyTo(kind, old, config, { manager, subresource, force, now: this.clock() });
    const applied = { ...options, isOwned: true };
    if (!old) return { ...this.create(kind, namespace, object, applied), created: true };
    const warnings = this.#decode(kind, namespace, object, options, SUBMITTED, name);
    return { ...this.#writer.write(kind, old, object, applied, warnings), created: false };
  }

  /** Removes it, or marks it as terminating and leaves it to whoever holds it. */
  delete(kind: Kind, namespace: string | undefined, name: string, options: DeleteOptions = {}): Deleted {
    const old = this.get(kind, namespace, name);
    checkDeletable(kind, old, options);
    this.#writer.admitDelete(kind, old, options);
    if (resourceKey(kind) === DEFINITIONS) return this.#deleteDefinition(old, options);
    const plan = planDeletion(kind, old, options, this.clock());
    if (options.dryRun) return { object: plan.kind === "mark" ? plan.object : old, removed: plan.kind === "remove" };
    if (plan.kind === "mark") return { object: this.store.update(resourceKey(kind), plan.object), removed: false };
    return { object: this.#writer.remove(kind, old), removed: true };
  }

  /** PUT on a namespace's `finalize`: replaces `spec.finalizers`; a terminating namespace with none left goes. */
  finalizeNamespace(kind: Kind, name: string, body: KubeObject, options: WriteOptions = {}): Written {
    const old = this.get(kind, undefined, name);
    const sent = deepCopy(body);
    const warnings = this.#decode(kind, undefined, sent, options, SUBMITTED, name);
    checkPreconditions(kind, sent, old);
    const next = deepCopy(old);
    next.spec = { ...next.spec, finalizers: [...(sent.spec?.finalizers ?? [])] };
    return { object: this.#writer.save(kind, old, next, options), warnings };
  }

  /** POST on a pod's `binding`: the scheduler's decision. 409 when the pod has a node already. */
  bindPod(kind: Kind, namespace: string | undefined, name: string, node: string, options: WriteOptions = {}): Written {
    const old = this.get(kind, namespace, name);
    if (old.spec?.nodeName && old.spec.nodeName !== node)
      throw alreadyExists({ group: "", plural: "pods/binding" }, name);
    const next = deepCopy(old);
    next.spec = { ...next.spec, nodeName: node };
    return { object: this.#writer.save(kind, old, next, options), warnings: [] };
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
}
