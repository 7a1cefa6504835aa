import { type Registry, StatusError } from "./api/index.ts";
import { type Change, eventKey, eventObject, WriteConflict, type Writer } from "./control/index.ts";
import type { Kind } from "./kinds/index.ts";
import type { JsonObject, KubeObject } from "./objects/index.ts";
import { resourceKey } from "./store/index.ts";

type EventChange = Extract<Change, { kind: "event" }>;

/** Events are forgotten after an hour, as upstream's are. */
const EVENT_TTL_MS = 60 * 60 * 1000;
/** What a busy hour may leave behind: the oldest go first. Upstream has a disk for them. */
const EVENT_LIMIT = 3000;

/** Whose status the kubelet reports; all others have theirs from controllers. */
const KUBELETS: ReadonlySet<string> = new Set(["/nodes", "/pods"]);

/** The controllers' hand on the Registry: its conflicts become theirs, and what is gone already is no error. */
export class RegistryWriter implements Writer {
  readonly #registry: Registry;
  readonly #events = new Map<string, { readonly namespace: string; readonly name: string }>();
  #sequence = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  create(resource: string, object: KubeObject): void {
    try {
      this.#registry.create(this.#kindFor(resource, object), object.metadata.namespace, object);
    } catch (error) {
      if (isTerminating(error)) return;
      this.#complain(resource, object, error);
      throw error;
    }
  }

  update(resource: string, object: KubeObject): void {
    const { namespace, name } = object.metadata;
    unlessGone(() => this.#registry.update(this.#kindFor(resource, object), namespace, name, object));
  }

  updateStatus(resource: string, namespace: string | undefined, name: string, status: JsonObject): void {
    unlessGone(() => {
      // Of its own version: another one would not know all the fields.
      const kind = this.#kindFor(resource, this.#registry.store.get(resource, namespace, name));
      const { resourceVersion: _, ...metadata } = this.#registry.get(kind, namespace, name).metadata;
      const { apiVersion, kind: word } = this.#registry.get(kind, namespace, name);
      const body = { apiVersion, kind: word, metadata, status };
      const fieldManager = KUBELETS.has(resource) ? "kubelet" : "kube-controller-manager";
      this.#registry.updateStatus(kind, namespace, name, body, { fieldManager });
    });
  }

  delete(resource: string, namespace: string | undefined, name: string, options: JsonObject): void {
    unlessGone(() => this.#registry.delete(this.#kindFor(resource), namespace, name, options));
  }

  bind(namespace: string | undefined, name: string, node: string): void {
    unlessGone(() => this.#registry.bindPod(this.#kindFor("/pods"), namespace, name, node));
  }

  finalize(namespace: KubeObject): void {
    unlessGone(() =>
      this.#registry.finalizeNamespace(this.#kindFor("/namespaces"), namespace.metadata.name, namespace),
    );
  }

  /** An event that cannot be written is lost, as upstream's are: nothing waits for it. */
  event(change: EventChange): void {
    try {
      this.#record(change);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  #record(change: EventChange): void {
    const kind = this.#kindFor("/events");
    const key = eventKey(change);
    const known = this.#events.get(key);
    const before = known && this.#registry.store.get("/events", known.namespace, known.name);
    const object = eventObject(change, before, this.#registry.clock(), this.#sequence++);
    const { namespace = "default", name } = object.metadata;
    if (before !== undefined) {
      this.#registry.update(kind, namespace, name, object);
      return;
    }
    this.#registry.create(kind, namespace, object);
    this.#events.set(key, { namespace, name });
    if (this.#events.size % 64 === 0) this.#forgetOld();
  }

  #forgetOld(): void {
    const oldest = this.#registry.clock() - EVENT_TTL_MS;
    const events = this.#registry.store.list("/events").map(({ metadata, lastTimestamp }) => ({
      metadata,
      last: Date.parse(String(lastTimestamp ?? metadata.creationTimestamp)),
    }));
    events.sort((a, b) => b.last - a.last);
    for (const [index, { metadata, last }] of events.entries()) {
      if (index >= EVENT_LIMIT || last < oldest) this.delete("/events", metadata.namespace, metadata.name, {});
    }
    for (const [key, { namespace, name }] of this.#events) {
      if (this.#registry.store.get("/events", namespace, name) === undefined) this.#events.delete(key);
    }
  }

  #kindFor(resource: string, object?: KubeObject): Kind {
    const { kinds } = this.#registry;
    const [group = "", plural = ""] = resource.split("/");
    const kind = (object && kinds.ofObject(object.apiVersion, object.kind)) ?? kinds.ofResource(group, plural);
    if (kind === undefined) throw new Error(`no kind is served for \`${resource}\``);
    return kind;
  }

  /** A refused pod is told of at its owner: `kubectl describe replicaset` is where people look. */
  #complain(resource: string, object: KubeObject, error: unknown): void {
    const owner = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
    const known = owner && this.#registry.kinds.ofObject(owner.apiVersion, owner.kind);
    const about = known && this.#registry.store.get(resourceKey(known), object.metadata.namespace, owner.name);
    if (resource !== "/pods" || about === undefined || !(error instanceof StatusError)) return;
    const component = `${about.kind.toLowerCase()}-controller`;
    const message = `Error creating: ${error.message}`;
    this.event({ kind: "event", about, type: "Warning", reason: "FailedCreate", message, component });
  }
}

function unlessGone(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.status.reason === "NotFound") return;
    if (error.status.reason === "Conflict") throw new WriteConflict(error.message, { cause: error });
    throw error;
  }
}

function isTerminating(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  if (error.status.reason === "NotFound") return true;
  return error.status.details?.causes?.some((cause) => cause.reason === "NamespaceTerminating") ?? false;
}
