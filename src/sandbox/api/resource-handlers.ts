import type { Call, Target } from "./call.ts";
import { checkReached, listPage, listQuery, versionOf } from "./listing.ts";
import { formOf } from "./negotiate.ts";
import { PATCH_TYPES } from "./patching.ts";
import { sendList, sendObject } from "./representation.ts";
import { decodeObject, decodeText, mediaType, objectOf, readBody } from "./request-body.ts";
import { type Predicate, selectorOf } from "./selectors.ts";
import { methodNotAllowed, success, unsupportedMediaType } from "./status.ts";
import { serveWatch } from "./watch.ts";
import { sendJson } from "./wire.ts";
import type { PatchKind } from "./write-options.ts";
import { applyOptions, deleteOptions, patchOptions, writeOptions } from "./write-query.ts";

type Handler = (call: Call, target: Target) => void | Promise<void>;
type NamedTarget = Target & { readonly name: string };

interface Verb {
  /** The API's verb, as the kind lists it. */
  readonly verb: string;
  readonly handle: Handler;
}

const COLLECTION: Readonly<Record<string, Verb>> = {
  DELETE: { verb: "deletecollection", handle: deleteCollection },
  GET: { verb: "list", handle: (call, target) => (isWatch(call) ? serveWatch(call, target) : list(call, target)) },
  POST: { verb: "create", handle: create },
};

const ITEM: Readonly<Record<string, Verb>> = {
  DELETE: { verb: "delete", handle: (call, target) => remove(call, named(target)) },
  GET: { verb: "get", handle: (call, target) => (isWatch(call) ? serveWatch(call, target) : get(call, named(target))) },
  PATCH: { verb: "patch", handle: (call, target) => patch(call, named(target)) },
  PUT: { verb: "update", handle: (call, target) => update(call, named(target)) },
};

/** Serves a collection or one object of it; 405 for what the kind cannot. */
export async function serveResource(call: Call, target: Target): Promise<void> {
  const found = (target.name === undefined ? COLLECTION : ITEM)[call.method];
  if (!found || !target.kind.verbs.includes(found.verb)) throw methodNotAllowed();
  await found.handle(call, target);
}

/** Narrows to a target with a name; the router has made sure of it. */
export function named(target: Target): NamedTarget {
  if (target.name === undefined) throw methodNotAllowed();
  return { ...target, name: target.name };
}

function list(call: Call, target: Target): void {
  const page = listPage(call.api.registry.store, target, listQuery(call.query), selectionOf(call, target));
  sendList(call, target.kind, page, formOf(call));
}

/** Undefined when nothing is selected. */
function selectionOf({ query }: Call, { kind }: Target): Predicate | undefined {
  return query.get("labelSelector") || query.get("fieldSelector") ? selectorOf(kind, query) : undefined;
}

function isWatch(call: Call): boolean {
  return ["true", "1", ""].includes(call.query.get("watch") ?? "false");
}

function get(call: Call, target: NamedTarget): void {
  checkReached(versionOf(call.query.get("resourceVersion") ?? ""), call.api.registry.store.resourceVersion);
  const object = call.api.registry.get(target.kind, target.namespace, target.name);
  sendObject(call, target.kind, object, { form: formOf(call) });
}

async function create(call: Call, target: Target): Promise<void> {
  const { kind, namespace } = target;
  if (kind.namespaced && namespace === undefined) throw methodNotAllowed();
  const body = await decodeObject(call.request);
  const { object, warnings } = call.api.registry.create(kind, namespace, body, writeOptions(call));
  sendObject(call, kind, object, { form: formOf(call), code: 201, warnings });
}

async function update(call: Call, { kind, namespace, name }: NamedTarget): Promise<void> {
  const body = await decodeObject(call.request);
  const { object, warnings } = call.api.registry.update(kind, namespace, name, body, writeOptions(call));
  sendObject(call, kind, object, { form: formOf(call), warnings });
}

/** Serves PATCH on an object, or on a part of it. */
export async function patch(call: Call, target: NamedTarget, subresource?: string): Promise<void> {
  const { kind, namespace, name } = target;
  const submitted = await patchOf(call);
  const { registry } = call.api;
  if (submitted.kind === "apply") {
    const config = objectOf(submitted.body);
    const options = { ...applyOptions(call), ...(subresource && { subresource }) };
    const { object, warnings, created } = registry.apply(kind, namespace, name, config, options);
    return sendObject(call, kind, object, { form: formOf(call), warnings, code: created ? 201 : 200 });
  }
  const options = { ...patchOptions(call), ...(subresource && { subresource }) };
  const { object, warnings } = registry.patch(kind, namespace, name, submitted, options);
  sendObject(call, kind, object, { form: formOf(call), warnings });
}

/** The patch in a request, or the configuration of a server-side apply. */
export async function patchOf(call: Call): Promise<{ readonly kind: PatchKind; readonly body: unknown }> {
  const type = mediaType(call.request) ?? "";
  const body = await readBody(call.request);
  const kind = Object.hasOwn(PATCH_TYPES, type) ? PATCH_TYPES[type] : undefined;
  if (!kind) throw unsupportedMediaType(Object.keys(PATCH_TYPES));
  return { kind, body: await decodeText(body, kind === "apply" ? "application/yaml" : type) };
}

async function remove(call: Call, { kind, namespace, name }: NamedTarget): Promise<void> {
  const options = await deleteOptions(call.request, call.query);
  const { object, removed } = call.api.registry.delete(kind, namespace, name, { ...options, user: call.user });
  if (!removed || kind.plural === "pods") return sendObject(call, kind, object, { form: formOf(call) });
  const { uid } = object.metadata;
  const group = kind.group === "" ? {} : { group: kind.group };
  sendJson(call.response, success({ name, ...group, kind: kind.plural, ...(uid !== undefined && { uid }) }));
}

async function deleteCollection(call: Call, target: Target): Promise<void> {
  const options = await deleteOptions(call.request, call.query);
  const { registry } = call.api;
  const page = listPage(registry.store, target, listQuery(call.query), selectionOf(call, target));
  for (const { metadata } of page.items)
    registry.delete(target.kind, metadata.namespace, metadata.name, { ...options, user: call.user });
  sendList(call, target.kind, page, formOf(call));
}
