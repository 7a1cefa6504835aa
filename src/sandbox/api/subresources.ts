import { serveToken } from "./auth/token-request.ts";
import type { Call, Target } from "./call.ts";
import { serveEviction } from "./eviction.ts";
import { formOf } from "./negotiate.ts";
import { servePodLog } from "./pod-logs.ts";
import { sendObject } from "./representation.ts";
import { decodeObject } from "./request-body.ts";
import { named, patch } from "./resource-handlers.ts";
import { serveScale } from "./scale.ts";
import { badRequest, methodNotAllowed, success, unknownPath } from "./status.ts";
import { serveProxy } from "./streams/proxy.ts";
import { sendJson } from "./wire.ts";
import { writeOptions } from "./write-query.ts";

type Handler = (call: Call, target: Target) => void | Promise<void>;

/** A stream that was asked for without an upgrade: the connection is an ordinary one here. */
function upgradeRequired(call: Call, target: Target): void {
  const { kind, namespace, name } = named(target);
  call.api.registry.get(kind, namespace, name);
  throw badRequest("Upgrade request required");
}

/** One handler a subresource; what a real server has and this one lacks is refused by name. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  approval: servePart,
  attach: upgradeRequired,
  binding: serveBinding,
  ephemeralcontainers: servePart,
  eviction: serveEviction,
  exec: upgradeRequired,
  finalize: serveFinalize,
  log: servePodLog,
  portforward: upgradeRequired,
  proxy: serveProxy,
  resize: servePart,
  scale: serveScale,
  status: servePart,
  token: serveToken,
};

/** Serves what is below an object; 404 for a subresource that the kind does not have. */
export async function serveSubresource(call: Call, target: Target): Promise<void> {
  const [name = "", ...rest] = target.subresource;
  // A proxy alone has paths of its own.
  if (rest.length > 0 && name !== "proxy") throw unknownPath();
  const handler = Object.hasOwn(target.kind.subresources, name) && Object.hasOwn(HANDLERS, name) && HANDLERS[name];
  if (!handler) throw unknownPath();
  await handler(call, target);
}

/** A part of the object, which is read with the rest and written alone. */
async function servePart(call: Call, target: Target): Promise<void> {
  const { kind, namespace, name } = named(target);
  const [subresource = ""] = target.subresource;
  const { registry } = call.api;
  if (call.method === "PATCH") return patch(call, named(target), subresource);
  if (call.method === "GET") return sendObject(call, kind, registry.get(kind, namespace, name), { form: formOf(call) });
  if (call.method !== "PUT") throw methodNotAllowed();
  const body = await decodeObject(call.request);
  const { object, warnings } = registry.update(kind, namespace, name, body, { ...writeOptions(call), subresource });
  sendObject(call, kind, object, { form: formOf(call), warnings });
}

async function serveFinalize(call: Call, target: Target): Promise<void> {
  if (call.method !== "PUT") throw methodNotAllowed();
  const { kind, name } = named(target);
  const body = await decodeObject(call.request);
  const { object } = call.api.registry.finalizeNamespace(kind, name, body, writeOptions(call));
  sendObject(call, kind, object, { form: formOf(call) });
}

async function serveBinding(call: Call, target: Target): Promise<void> {
  if (call.method !== "POST") throw methodNotAllowed();
  const { kind, namespace, name } = named(target);
  const node = (await decodeObject(call.request)).target as { name?: unknown } | undefined;
  if (typeof node?.name !== "string") throw badRequest("a Binding needs target.name, the node");
  call.api.registry.bindPod(kind, namespace, name, node.name, writeOptions(call));
  sendJson(call.response, { ...success({}), code: 201 }, { code: 201 });
}
