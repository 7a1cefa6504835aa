import type { Kind, PartStrategy } from "../kinds/index.ts";
import { deepCopy, formatTime, type KubeObject } from "../objects/index.ts";
import { resourceKey, type SavableStore, type Store, uuid } from "../store/index.ts";
import type { Admission, AdmissionWrite } from "./admission.ts";
import { admissionContext, isService, keepAllocations } from "./allocation.ts";
import type { AuthorizationMode } from "./auth/access.ts";
import { checkEscalation } from "./auth/escalation.ts";
import { checkSize } from "./bounds.ts";
import { checkDefinition, releaseDefinition } from "./definition-deletion.ts";
import { definitionStatus, ruleWarnings } from "./definition-status.ts";
import { isReleased } from "./deletion.ts";
import { generateName } from "./names.ts";
import { checkNamespace, checkObject } from "./object-checks.ts";
import {
  checkPreconditions,
  clearServerFields,
  hasGeneration,
  keepServerMetadata,
  nextGeneration,
  restoreStatus,
} from "./object-rules.ts";
import { recordUpdate } from "./ownership.ts";
import { DEFINITIONS } from "./served-kinds.ts";
import { alreadyExists, badRequest, invalid } from "./status.ts";
import type { DeleteOptions, WriteOptions, Written } from "./write-options.ts";

export interface WriterOptions {
  readonly store: Store | SavableStore;
  /** Now, in epoch milliseconds. */
  readonly clock: () => number;
  /** Numbers in [0, 1): name suffixes, addresses, ports. */
  readonly random: () => number;
  /** Default: AlwaysAllow. What clients may do, and so what they may grant. */
  readonly authorization?: AuthorizationMode;
  /** Asked of every write; throws `StatusError` to refuse it. */
  readonly admit?: Admission;
}

/** Who writes when nobody says so: what is in this process. */
const CONTROLLERS = "kube-controller-manager";

/**
 * What every write passes once it is decoded, in one order: namespace → defaults → owners → mutating admission → prepare → validate →
 * validating admission → generation → store.
 */
export class ObjectWriter {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #random: () => number;
  readonly #admit: Admission;
  readonly #authorization: AuthorizationMode;

  constructor(options: WriterOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#admit = options.admit ?? {};
    this.#authorization = options.authorization ?? "AlwaysAllow";
  }

  /** Stores a new object; `object` is the caller's copy, and changed. */
  create(kind: Kind, object: KubeObject, options: WriteOptions, warnings: readonly string[]): Written {
    if (object.metadata.resourceVersion) {
      throw badRequest("resourceVersion should not be set on objects to be created");
    }
    checkNamespace(this.#store, kind, object);
    checkDefinition(this.#store, kind);
    const status = object.status;
    clearServerFields(kind, object);
    generateName(object, this.#random);
    kind.strategy.defaults?.(object);
    this.#own(kind, undefined, object, options);
    const told: string[] = [];
    const write = admissionWrite(kind, "CREATE", { object, old: undefined }, options, told);
    this.#mutate(write);
    kind.strategy.prepareCreate?.(object, this.#admission());
    if (options.keepStatus && status) object.status = status;
    else if (kind.definition !== undefined && kind.subresources.status) object.status ??= {};
    if (hasGeneration(kind)) object.metadata.generation = 1;
    this.#checkGrant(kind, object, undefined, options);
    checkObject(this.#store, kind, object, undefined);
    this.#admit.validate?.(write);
    this.#establish(kind, object);
    const key = resourceKey(kind);
    if (this.#store.get(key, object.metadata.namespace, object.metadata.name)) {
      throw alreadyExists(kind, object.metadata.name);
    }
    checkSize(object);
    const created = options.dryRun ? this.#pretend(object) : this.#store.create(key, object);
    return { object: created, warnings: [...warnings, ...told, ...(key === DEFINITIONS ? ruleWarnings(object) : [])] };
  }

  /** The whole object, or its status: what `options.subresource` says. */
  write(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions, warnings: readonly string[]): Written {
    if (options.subresource === "status") return { object: this.#replaceStatus(kind, old, next, options), warnings };
    const told: string[] = [];
    const part = kind.strategy.parts?.[options.subresource ?? ""];
    if (part)
      return { object: this.#replacePart(kind, part, { old, next }, options, told), warnings: [...warnings, ...told] };
    return { object: this.#replace(kind, old, next, options, told), warnings: [...warnings, ...told] };
  }

  #replace(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions, told: string[]): KubeObject {
    checkPreconditions(kind, next, old);
    keepServerMetadata(next, old);
    if (kind.subresources.status) restoreStatus(next, old);
    kind.strategy.defaults?.(next);
    if (isService(kind)) keepAllocations(next, old, this.#admission());
    this.#own(kind, old, next, options);
    const write = admissionWrite(kind, "UPDATE", { object: next, old }, options, told);
    this.#mutate(write);
    kind.strategy.prepareUpdate?.(next, old);
    this.#checkGrant(kind, next, old, options);
    checkObject(this.#store, kind, next, old);
    this.#admit.validate?.(write);
    this.#establish(kind, next);
    if (hasGeneration(kind)) next.metadata.generation = nextGeneration(next, old);
    return this.save(kind, old, next, options);
  }

  /** Nothing but the part changes; admission sees it as a write of the subresource. */
  #replacePart(
    kind: Kind,
    part: PartStrategy,
    { old, next }: { readonly old: KubeObject; readonly next: KubeObject },
    options: WriteOptions,
    told: string[],
  ): KubeObject {
    checkPreconditions(kind, next, old);
    const result = deepCopy(old);
    part.take(result, next);
    if (options.isOwned && next.metadata.managedFields) result.metadata.managedFields = next.metadata.managedFields;
    kind.strategy.defaults?.(result);
    this.#own(kind, old, result, options);
    const write = admissionWrite(kind, "UPDATE", { object: result, old }, options, told);
    this.#mutate(write);
    const errors = part.validate(result, old);
    if (errors.length > 0) throw invalid(kind, old.metadata.name, errors);
    this.#admit.validate?.(write);
    if (hasGeneration(kind)) result.metadata.generation = nextGeneration(result, old);
    return this.save(kind, old, result, options);
  }

  #replaceStatus(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions): KubeObject {
    checkPreconditions(kind, next, old);
    const result = deepCopy(old);
    restoreStatus(result, next);
    if (options.isOwned && next.metadata.managedFields) result.metadata.managedFields = next.metadata.managedFields;
    this.#own(kind, old, result, { ...options, subresource: "status" });
    if (kind.custom) {
      kind.strategy.defaults?.(result);
      checkObject(this.#store, kind, result, old);
    }
    return this.save(kind, old, result, options);
  }

  /** Asked before anything is deleted. */
  admitDelete(kind: Kind, old: KubeObject, options: DeleteOptions): void {
    const write = admissionWrite(kind, "DELETE", { object: deepCopy(old), old }, options, []);
    this.#admit.mutate?.(write, false);
    this.#admit.validate?.(write);
  }

  /** Upstream's order: its own plugins, then webhooks, and all of it once more where a webhook has changed the object. */
  #mutate(write: AdmissionWrite): void {
    for (const isAgain of [false, true]) {
      if (write.operation === "CREATE") write.kind.strategy.admitCreate?.(write.object, this.#admission());
      if (this.#admit.mutate?.(write, isAgain) !== true) return;
    }
  }

  /** Who is in this process may grant whatever it is asked to. */
  #checkGrant(kind: Kind, next: KubeObject, old: KubeObject | undefined, { user }: WriteOptions): void {
    if (this.#authorization === "RBAC" && user) checkEscalation(this.#store, kind, { next, old }, user);
  }

  /** Records whose fields these are; an apply has done so already. */
  #own(kind: Kind, old: KubeObject | undefined, next: KubeObject, options: WriteOptions): void {
    if (options.isOwned) return;
    const { fieldManager: manager = CONTROLLERS, subresource } = options;
    recordUpdate(kind, old, next, { manager, subresource, now: this.#clock() });
  }

  /** The last step of every update: a terminating object that nothing holds any more goes instead of being stored. */
  save(kind: Kind, old: KubeObject, next: KubeObject, options: WriteOptions): KubeObject {
    if (options.dryRun) return next;
    if (isReleased(kind, next)) return this.remove(kind, old);
    checkSize(next);
    return this.#store.update(resourceKey(kind), next);
  }

  remove(kind: Kind, old: KubeObject): KubeObject {
    const { namespace, name } = old.metadata;
    const removed = this.#store.remove(resourceKey(kind), namespace, name) ?? old;
    if (kind.custom) releaseDefinition(this.#store, kind.custom.definedBy);
    return removed;
  }

  /** What upstream's controllers say of a definition, at once: it is served from here on. */
  #establish(kind: Kind, definition: KubeObject): void {
    if (resourceKey(kind) !== DEFINITIONS) return;
    definition.status = definitionStatus(definition, this.#store.list(DEFINITIONS), this.#clock());
  }

  #admission(): ReturnType<typeof admissionContext> {
    return admissionContext({ store: this.#store, now: this.#clock(), random: this.#random });
  }

  /** A dry run's answer: as created, but not stored. */
  #pretend(object: KubeObject): KubeObject {
    const creationTimestamp = formatTime(this.#clock());
    return { ...object, metadata: { ...object.metadata, uid: uuid(this.#random), creationTimestamp } };
  }
}

function admissionWrite(
  kind: Kind,
  operation: AdmissionWrite["operation"],
  objects: Pick<AdmissionWrite, "object" | "old">,
  { dryRun = false, user, subresource }: Pick<WriteOptions, "dryRun" | "user" | "subresource">,
  told: string[],
): AdmissionWrite {
  return { kind, operation, subresource, ...objects, dryRun, user, warn: (text) => told.push(text) };
}
