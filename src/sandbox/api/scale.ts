import {
  deepCopy,
  formatSelector,
  type Json,
  type JsonObject,
  type KubeObject,
  selectorOf,
  selectorOfLabels,
} from "../objects/index.ts";
import { jsonPatch, mergePatch } from "../patch/index.ts";
import type { Call, Target } from "./call.ts";
import { decodeObject } from "./request-body.ts";
import { named, patchOf } from "./resource-handlers.ts";
import { badRequest, invalid, methodNotAllowed } from "./status.ts";
import { sendJson } from "./wire.ts";
import { writeOptions } from "./write-query.ts";

/** Serves autoscaling/v1 Scale of a workload: GET, PUT, PATCH. */
export async function serveScale(call: Call, target: Target): Promise<void> {
  const { kind, namespace, name } = named(target);
  const object = call.api.registry.get(kind, namespace, name);
  if (call.method === "GET") return sendJson(call.response, scaleOf(object));
  const scale = await wantedScale(call, object);
  const replicas = scale.spec?.replicas ?? 0;
  checkReplicas(name, replicas);
  const next = deepCopy(object);
  next.spec = { ...next.spec, replicas };
  const version = scale.metadata?.resourceVersion;
  if (version) next.metadata.resourceVersion = version;
  const written = call.api.registry.update(kind, namespace, name, next, {
    ...writeOptions(call),
    subresource: "scale",
  });
  sendJson(call.response, scaleOf(written.object));
}

async function wantedScale(call: Call, object: KubeObject): Promise<JsonObject> {
  if (call.method === "PUT") return decodeObject(call.request);
  if (call.method !== "PATCH") throw methodNotAllowed();
  const { kind, body } = await patchOf(call);
  const current = scaleOf(object) as Json;
  // A Scale has no lists to merge by key: strategic and merge are the same here.
  const patched = kind === "json" ? jsonPatch(current, body) : mergePatch(current, body as Json);
  return patched as JsonObject;
}

function checkReplicas(name: string, replicas: unknown): void {
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) throw badRequest("spec.replicas must be an integer");
  if (replicas >= 0) return;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid({ group: "autoscaling", kind: "Scale" }, name, [
    { type: "FieldValueInvalid", field: "spec.replicas", message },
  ]);
}

function scaleOf(object: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = selectorText(object.spec?.selector ?? {});
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(object.spec?.replicas ? { replicas: object.spec.replicas } : {}) },
    status: { replicas: object.status?.replicas ?? 0, ...(selector && { selector }) },
  };
}

/** `app=web,tier in (a,b)`; a ReplicationController has plain labels. */
function selectorText(selector: JsonObject): string {
  const isPlain = !selector.matchLabels && !selector.matchExpressions;
  const parsed = isPlain ? selectorOfLabels(selector) : selectorOf(selector);
  return parsed.length === 0 ? "" : formatSelector(parsed);
}
